"""Which order each engine event changes, and how: one line of news per order, before anything is looked up."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from mock_exchange.engine.events import Accepted, Canceled, Event, Expired, Traded
from mock_exchange.engine.orders import OrderStatus

_NEW: Final = OrderStatus.NEW
_PARTIALLY_FILLED: Final = OrderStatus.PARTIALLY_FILLED
_CANCELED: Final = OrderStatus.CANCELED
_EXPIRED: Final = OrderStatus.EXPIRED


class Change(NamedTuple):
    account: int
    symbol: str
    order_id: int
    execution_type: str
    status: OrderStatus
    """What the event makes of the order; a fill that completes it makes it FILLED instead."""
    trade: Traded | None = None
    is_maker: bool = False
    cancel_id: str = ""
    """The id of the cancel, where it was one."""


def _accepted(event: Accepted) -> tuple[Change, ...]:
    return (Change(event.account, event.symbol, event.order_id, "NEW", _NEW),)


def _traded(event: Traded) -> tuple[Change, ...]:
    """Both sides, also where one account is both."""
    symbol = event.symbol
    return (
        Change(event.taker_account, symbol, event.taker_order_id, "TRADE", _PARTIALLY_FILLED, event),
        Change(event.maker_account, symbol, event.maker_order_id, "TRADE", _PARTIALLY_FILLED, event, is_maker=True),
    )


def _canceled(event: Canceled) -> tuple[Change, ...]:
    cancel_id = event.client_order_id
    return (Change(event.account, event.symbol, event.order_id, "CANCELED", _CANCELED, cancel_id=cancel_id),)


def _expired(event: Expired) -> tuple[Change, ...]:
    return (Change(event.account, event.symbol, event.order_id, "EXPIRED", _EXPIRED),)


_READERS: Mapping[type[Event], Callable[[Any], tuple[Change, ...]]] = MappingProxyType(
    {Accepted: _accepted, Traded: _traded, Canceled: _canceled, Expired: _expired}
)


def changes(event: Event) -> tuple[Change, ...]:
    """Empty for what is no news of an order."""
    reader = _READERS.get(type(event))
    return reader(event) if reader is not None else ()
