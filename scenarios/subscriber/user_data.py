"""The subscriber of the account's user data: every report on an order, and the silence between.

The subscription is signed as the WebSocket API asks: all parameters by name, joined as ``name=value&...``.
Source: Binance Spot API documentation, WebSocket API, request security; User Data Stream.
"""

import hashlib
import hmac
import json

import msgspec
from picows import WSMsgType, WSTransport

from scenarios.plan import ApiKey
from scenarios.subscriber.channel import Silence
from scenarios.subscriber.connection import Clock
from scenarios.subscriber.market import CONNECTION
from scenarios.subscriber.tally import Heard
from slo.history.feeds import MarkKind

NS_PER_US = 1000
NS_PER_MS = 1_000_000
USER_DATA = "user data"
"""Stands where market streams have their name."""
PATH = "/ws-api/v3?timeUnit=MICROSECOND"
NO_TRADE = -1


class _Event(msgspec.Struct, gc=False):
    e: str
    E: int
    c: str = ""
    C: str = ""
    x: str = ""
    t: int = NO_TRADE


class _Message(msgspec.Struct, gc=False):
    event: _Event | None = None
    status: int | None = None


_message = msgspec.json.Decoder(_Message).decode


def subscription(account: ApiKey, wall_ms: int) -> bytes:
    """The signed request that subscribes a connection to an account's events."""
    parameters = {"apiKey": account.key, "timestamp": str(wall_ms)}
    text = "&".join(f"{name}={value}" for name, value in sorted(parameters.items()))
    signature = hmac.new(account.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    request = {
        "id": "subscribe",
        "method": "userDataStream.subscribe.signature",
        "params": {"apiKey": account.key, "timestamp": wall_ms, "signature": signature},
    }
    return json.dumps(request).encode()


class UserDataSubscriber:
    """Subscribes anew on every connection, and keeps each report with when it came."""

    path = PATH

    def __init__(self, account: ApiKey, heard: Heard, *, silence_ns: int, clock: Clock, wall_ns: Clock) -> None:
        self._account, self._heard, self._clock, self._wall_ns = account, heard, clock, wall_ns
        self._tally = heard.tally(USER_DATA)
        self._silence = Silence(silence_ns)
        self._pongs = 0
        self.listening = False
        self.refused = False
        """Whether the venue does not take the subscription."""
        self.subscribed = False

    def opened(self, transport: WSTransport) -> None:
        transport.send(WSMsgType.TEXT, subscription(self._account, self._wall_ns() // NS_PER_MS))

    def message(self, payload: bytes, pongs: int) -> None:
        """Called by the connection."""
        wall_ns, at_ns = self._wall_ns(), self._clock()
        self._pongs = pongs
        try:
            message = _message(payload)
        except msgspec.MsgspecError:
            self._heard.marks.add(MarkKind.UNREADABLE, USER_DATA, 0, at_ns, at_ns)
            return
        if message.event is None:
            self.subscribed = message.status == 200
            self.refused = not self.subscribed
            self._heard.other_messages += 1
        elif self.listening:
            self._hear(message.event, at_ns, wall_ns)

    def lost(self, at_ns: int) -> None:
        """Called by the connection: nothing is known of what is told meanwhile."""

    def found_again(self, lost_ns: int, at_ns: int) -> None:
        self._heard.marks.add(MarkKind.DISCONNECT, CONNECTION, -1, lost_ns, at_ns)

    def end(self, at_ns: int) -> None:
        if (silent := self._silence.heard(at_ns, self._pongs)) is not None:
            self._heard.marks.add(MarkKind.SILENCE, USER_DATA, 0, silent[0], None, silent[1])

    def _hear(self, event: _Event, at_ns: int, wall_ns: int) -> None:
        age_us = wall_ns // NS_PER_US - event.E
        self._tally.count(at_ns, age_us)
        if (silent := self._silence.heard(at_ns, self._pongs)) is not None:
            self._heard.marks.add(MarkKind.SILENCE, USER_DATA, 0, silent[0], at_ns, silent[1])
        if event.e == "executionReport":
            of = event.C or event.c  # a cancel has an id of its own; C is then the order's
            self._heard.reports.append((of, event.x, event.t, at_ns - age_us * NS_PER_US, at_ns))
