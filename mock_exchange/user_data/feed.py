"""Who listens to which account, and the way of an event to them: worked out when it happens, told when it is safe.

Nothing is worked out for accounts that nobody listens to. All listeners of an account get the same bytes in the same
order, which is the order of the commands.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from typing import NamedTuple

import msgspec

from mock_exchange.clock import Clock
from mock_exchange.engine.commands import Command
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Event
from mock_exchange.user_data.positions import Positions
from mock_exchange.user_data.reports import Reporter, Told
from mock_exchange.user_data.shapes import UserEvent

_ENCODER = msgspec.json.Encoder()
_NS_PER_MS = 1_000_000
_NS_PER_US = 1000


class Subscription:
    """One listener's ear to one account, from ``UserDataFeed.subscribe`` until it is ended."""

    __slots__ = ("account", "is_live", "tell")

    def __init__(self, account: int, tell: Callable[[bytes], None]) -> None:
        self.account = account
        self.tell = tell
        """Takes one event, as JSON."""
        self.is_live = True


class Notice(NamedTuple):
    """One event on its way."""

    listeners: tuple[Subscription, ...]
    """Those who listened to its account when it happened; at least one."""
    event: UserEvent
    payload: bytes
    """The event as JSON."""


class UserDataFeed:
    """A listener of the commitment."""

    def __init__(self, engine: Engine, when_durable: Callable[[Callable[[], None]], None], clock: Clock) -> None:
        self._when_durable = when_durable
        self._wall_ns = clock.wall_ns
        self._subscriptions: dict[int, list[Subscription]] = {}
        self.tell: Callable[[Notice], None] = _tell
        """Tells an event that may be told. Faults stand here."""
        self._positions = Positions(engine)
        # Starting from the time, so that ids grow across restarts too; microseconds stay exact in JavaScript.
        self._reporter = Reporter(engine, count(clock.wall_ns() // _NS_PER_US))

    def subscribe(self, account: int, tell: Callable[[bytes], None]) -> Subscription:
        """Tell of all that happens to the account from now on."""
        subscription = Subscription(account, tell)
        if account not in self._subscriptions:
            self._positions.watch(account)
        self._subscriptions.setdefault(account, []).append(subscription)
        return subscription

    def end(self, subscription: Subscription) -> None:
        """Tell no more, not even of what has happened and is not safe yet. Ending twice is ending once."""
        if not subscription.is_live:
            return
        subscription.is_live = False
        listeners = self._subscriptions[subscription.account]
        listeners.remove(subscription)
        if not listeners:
            del self._subscriptions[subscription.account]
            self._positions.forget(subscription.account)

    def heard(self, command: Command, events: Sequence[Event]) -> None:
        if not self._subscriptions:
            return
        notices = [
            Notice(tuple(self._subscriptions[account]), event, _ENCODER.encode(event))
            for account, event in self._told(command, events)
        ]
        if notices:
            self._when_durable(partial(self._tell_all, notices))

    def _tell_all(self, notices: Sequence[Notice]) -> None:
        tell = self.tell
        for notice in notices:
            tell(notice)

    def _told(self, command: Command, events: Sequence[Event]) -> Iterator[Told]:
        """The reports in the order of the events, then the balances that they led to."""
        listened, event_ms = self._subscriptions, self._wall_ns() // _NS_PER_MS
        yield from self._reporter.reports(command, events, listened, event_ms)
        yield from self._positions.changes(events, listened, event_ms=event_ms, updated_ms=command.time_ms)


def _tell(notice: Notice) -> None:
    """To those who listened when it happened and still do."""
    for subscription in notice.listeners:
        if subscription.is_live:
            subscription.tell(notice.payload)
