"""The exchange as it was some time ago: orders, trades and balances, while the engine goes on.

What changes is noted when it has changed; what it was before is known from then on, and at the beginning from a copy of
what was open. So nothing reaches further back than the beginning, and only what can still change is copied.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Reversible, Sequence
from copy import copy
from typing import Any, Final, Generic, TypeVar

from mock_exchange.engine.commands import Command
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import (
    Accepted,
    Activated,
    Amended,
    Canceled,
    Event,
    Expired,
    Prevented,
    Traded,
    Triggered,
)
from mock_exchange.engine.orders import Balance, Order

_CHANGES_MAX: Final = 200_000
"""With more of them within the lag, the oldest count as if they were longer ago."""
_NS_PER_MS: Final = 1_000_000
_OF_AN_ORDER: Final = (Accepted, Activated, Amended, Canceled, Expired, Triggered)

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
Balances = Mapping[str, Balance]


class Versions(Generic[_Key, _Value]):
    """What values were at one moment, the horizon, which only ever moves on."""

    def __init__(self, beginning: Mapping[_Key, _Value], may_change: Callable[[_Value], bool]) -> None:
        """``beginning`` holds all that there is and that ``may_change``."""
        self._versions: dict[_Key, deque[tuple[int, _Value]]] = {
            key: deque([(0, value)]) for key, value in beginning.items()
        }
        self._may_change = may_change
        self._changes: deque[tuple[int, _Key]] = deque()
        self._horizon_ns = 0

    def note(self, key: _Key, value: _Value, now_ns: int) -> None:
        """It has just become this."""
        self._versions.setdefault(key, deque()).append((now_ns, value))
        self._changes.append((now_ns, key))
        if len(self._changes) > _CHANGES_MAX:
            self.move(self._changes[0][0])

    def move(self, horizon_ns: int) -> None:
        """Forget what was before the horizon, and whatever is the same on both sides of it and will stay so."""
        self._horizon_ns = horizon_ns = max(self._horizon_ns, horizon_ns)
        while self._changes and self._changes[0][0] <= horizon_ns:
            key = self._changes.popleft()[1]
            versions = self._versions.get(key)
            if versions is None:
                continue
            while len(versions) > 1 and versions[1][0] <= horizon_ns:
                versions.popleft()
            if len(versions) == 1 and not self._may_change(versions[0][1]):
                del self._versions[key]

    def then(self, key: _Key, now: _Value) -> _Value | None:
        """What it was; None where it was not there yet. ``now`` is what it is."""
        versions = self._versions.get(key)
        if versions is None:
            return now
        at_ns, value = versions[0]
        return value if at_ns <= self._horizon_ns else None

    def all_then(self) -> Iterator[_Value]:
        """Of all that has changed since, or may change."""
        return (versions[0][1] for versions in self._versions.values() if versions[0][0] <= self._horizon_ns)


class Past:
    """Answers the questions that reads of an account put to an engine, as it would have ``lag_ms`` ago."""

    def __init__(
        self, engine: Engine, lag_ms: float, monotonic_ns: Callable[[], int], *, is_frozen: bool = False
    ) -> None:
        """A frozen one stays at the beginning, and hears nothing of what comes."""
        self._engine = engine
        self._lag_ns = round(lag_ms * _NS_PER_MS)
        self._monotonic_ns = monotonic_ns
        self._is_frozen = is_frozen
        self._accounts = {account for account in engine.accounts() if account > 0}
        self._orders: Versions[int, Order] = Versions(self._open(), lambda order: order.is_open)
        self._balances: Versions[int, Balances] = Versions(
            {account: _copied(engine.balances(account)) for account in self._accounts}, lambda _: True
        )
        self._trades: deque[tuple[int, str, int]] = deque(maxlen=_CHANGES_MAX)

    def __getattr__(self, name: str) -> Any:
        """What is not of an account is the same as it ever was."""
        return getattr(self._engine, name)

    def heard(self, command: Command, events: Sequence[Event]) -> None:  # noqa: ARG002 - the listener's signature
        now_ns = self._monotonic_ns()
        for account, symbol, order_id in dict.fromkeys(_concerned(events)):
            if account in self._accounts and (order := self._engine.order(account, symbol, order_id)) is not None:
                self._orders.note(order_id, copy(order), now_ns)
                self._balances.note(account, _copied(self._engine.balances(account)), now_ns)
        self._trades.extend((now_ns, each.symbol, each.trade_id) for each in events if isinstance(each, Traded))
        self._move()

    # What is asked

    def order(self, account: int, symbol: str, order_id: int = 0, client_order_id: str = "") -> Order | None:
        if not order_id:
            return self._by_client_id(account, symbol, client_order_id)
        order = self._then(self._engine.order(account, symbol, order_id))
        return order if order is not None and client_order_id in ("", order.client_order_id) else None

    def open_orders(self, account: int, symbol: str | None = None) -> list[Order]:
        symbols = list(self._engine.symbols)
        self._move()
        found = (order for order in self._orders.all_then() if order.is_open)
        chosen = [order for order in found if order.account == account and symbol in (None, order.symbol)]
        return sorted(chosen, key=lambda order: (symbols.index(order.symbol), order.order_id))

    def order_history(self, account: int, symbol: str) -> Reversible[Order]:
        return _Seen(self._engine.order_history(account, symbol), self._then)

    def trade_history(self, account: int, symbol: str) -> Reversible[Traded]:
        self._move()
        first = next((trade_id for _, traded, trade_id in self._trades if traded == symbol), None)
        return _Seen(
            self._engine.trade_history(account, symbol),
            lambda trade: trade if first is None or trade.trade_id < first else None,
        )

    def balances(self, account: int) -> Balances:
        """At the beginning, copies; so a frozen one need hear nothing."""
        self._move()
        return self._balances.then(account, {}) or {}

    def _by_client_id(self, account: int, symbol: str, client_order_id: str) -> Order | None:
        """The newest that bore it then: it may bear another now, and another may bear this. Newest is by order id, also
        where an older order was given the name later by an amendment."""
        self._move()
        changing = (order for order in self._orders.all_then() if order.account == account)
        bearers = [each for each in changing if (each.symbol, each.client_order_id) == (symbol, client_order_id)]
        latest = self._then(self._engine.order(account, symbol, 0, client_order_id))
        if latest is not None and latest.client_order_id == client_order_id:
            bearers.append(latest)
        if bearers:
            return max(bearers, key=lambda order: order.order_id)
        history = reversed(self.order_history(account, symbol))
        return next((order for order in history if order.client_order_id == client_order_id), None)

    def _then(self, order: Order | None) -> Order | None:
        self._move()
        return None if order is None else self._orders.then(order.order_id, order)

    def _move(self) -> None:
        """Tell of what is now as long ago as is wanted."""
        if self._is_frozen:
            return
        horizon_ns = self._monotonic_ns() - self._lag_ns
        self._orders.move(horizon_ns)
        self._balances.move(horizon_ns)
        while self._trades and self._trades[0][0] <= horizon_ns:
            self._trades.popleft()

    def _open(self) -> dict[int, Order]:
        return {each.order_id: copy(each) for account in self._accounts for each in self._engine.open_orders(account)}


class _Seen(Generic[_Value]):
    """A history through ``then``; what it makes None of is not in it. Looked through only as far as is asked for."""

    def __init__(self, history: Reversible[_Value], then: Callable[[_Value], _Value | None]) -> None:
        self._history = history
        self._then = then

    def __iter__(self) -> Iterator[_Value]:
        return self._seen(self._history)

    def __reversed__(self) -> Iterator[_Value]:
        return self._seen(reversed(self._history))

    def _seen(self, rows: Iterable[_Value]) -> Iterator[_Value]:
        return (row for each in rows if (row := self._then(each)) is not None)


def _copied(balances: Balances) -> Balances:
    return {asset: copy(balance) for asset, balance in balances.items()}


def _concerned(events: Iterable[Event]) -> Iterator[tuple[int, str, int]]:
    """Account, symbol and id of every order that events tell of."""
    for event in events:
        if isinstance(event, Traded):
            yield event.taker_account, event.symbol, event.taker_order_id
            yield event.maker_account, event.symbol, event.maker_order_id
        elif isinstance(event, Prevented):
            yield event.account, event.symbol, event.taker_order_id
            yield event.account, event.symbol, event.maker_order_id
        elif isinstance(event, _OF_AN_ORDER):
            yield event.account, event.symbol, event.order_id
