"""Hedged reads: what was not answered in a while is asked once more, and the first good answer counts.

Dean and Barroso, "The Tail at Scale", Communications of the ACM 56 (2), 2013. Only what changes nothing at the venue is
asked twice.
"""

from dataclasses import dataclass

import gevent
from gevent.event import Event

from scenarios.client.classify import Reply
from scenarios.client.connection import Sending
from scenarios.client.failures import CallFailed
from scenarios.client.venue import Client
from scenarios.operations import Request

NS_PER_SECOND = 1_000_000_000
NEVER_NS = -1


@dataclass(slots=True)
class _Try:
    """One of the two times that a read is sent. It ends with a reply or a failure."""

    arrival: int
    sent_ns: int = NEVER_NS
    reply: Reply | None = None
    failure: CallFailed | None = None

    @property
    def answered_well(self) -> bool:
        return self.reply is not None and self.reply.status < 400

    @property
    def over(self) -> bool:
        return self.reply is not None or self.failure is not None


class HedgingClient:
    """Calls through ``client``; a GET that is not over after ``after_ns`` goes out a second time, on a connection of
    its own. The other one is cut off when one was answered well.
    """

    def __init__(self, client: Client, after_ns: int) -> None:
        self._client = client
        self._after_s = after_ns / NS_PER_SECOND

    def call(self, request: Request, sending: Sending) -> Reply:
        """Raises CallFailed if both failed. ``sending.sent_ns`` is when the first of them was sent."""
        if request.method != "GET":
            return self._client.call(request, sending)
        tries: list[_Try] = []
        calls: list[gevent.Greenlet[..., None]] = []
        changed = Event()
        try:
            for wait_s in (self._after_s, None):
                tries.append(_Try(sending.arrival))
                calls.append(gevent.spawn(self._try, request, tries[-1], changed))
                if _wait(tries, changed, wait_s):
                    break
        finally:
            gevent.killall(calls)
            sending.sent_ns = min((each.sent_ns for each in tries if each.sent_ns >= 0), default=NEVER_NS)
        return _best(tries)

    def close(self) -> None:
        self._client.close()

    def _try(self, request: Request, one: _Try, changed: Event) -> None:
        try:
            one.reply = self._client.call(request, one)
        except CallFailed as failure:
            one.failure = failure
        changed.set()


def _wait(tries: list[_Try], changed: Event, seconds: float | None) -> bool:
    """Until one was answered well or all are over; False if that took longer than ``seconds``."""
    while not (any(each.answered_well for each in tries) or all(each.over for each in tries)):
        if not changed.wait(seconds):
            return False
        changed.clear()
    return True


def _best(tries: list[_Try]) -> Reply:
    replies = sorted((each for each in tries if each.reply is not None), key=lambda each: not each.answered_well)
    if replies and replies[0].reply is not None:
        return replies[0].reply
    raise next(each.failure for each in tries if each.failure is not None)
