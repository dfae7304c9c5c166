"""Which orders the events of one command change, and how: one line of news per order, before anything is looked up."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum, auto
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from mock_exchange.engine.events import (
    Accepted,
    Activated,
    Amended,
    Canceled,
    Event,
    Expired,
    ExpiryReason,
    Prevented,
    Traded,
    Triggered,
)
from mock_exchange.engine.orders import OrderStatus

_NEW: Final = OrderStatus.NEW
_CANCELED: Final = OrderStatus.CANCELED
_EXPIRED: Final = OrderStatus.EXPIRED
_EXPIRED_IN_MATCH: Final = OrderStatus.EXPIRED_IN_MATCH


class Begins(Enum):
    """What an order of which NEW is reported does from then on."""

    WORKING = auto()
    AS_ITS_TYPE_SAYS = auto()
    """A stop waits for its price first."""


class Change(NamedTuple):
    account: int
    symbol: str
    order_id: int
    execution_type: str
    status: OrderStatus | None = None
    """What the event makes of the order; None: what its fills make of it."""
    begins: Begins | None = None
    match: Traded | Prevented | None = None
    is_maker: bool = False
    client_order_id: str = ""
    """What to call the order where that is not its own id: the id of a cancel."""
    original_client_order_id: str = ""
    """What it was called before."""


def changes(events: Sequence[Event]) -> Iterator[tuple[Event, tuple[Change, ...]]]:
    """Each event with its news, which may be none.

    An order that self-trade prevention ended is told so once, with what was prevented last.
    """
    last_preventions = _last_preventions(events)
    for number, event in enumerate(events):
        if isinstance(event, Prevented):
            ended = [order_id for order_id, last in last_preventions.items() if last == number]
            yield event, tuple(_ending(change, ended) for change in _prevented(event))
        else:
            reader = _READERS.get(type(event))
            yield event, reader(event) if reader is not None else ()


def _ending(change: Change, ended: Sequence[int]) -> Change:
    return change._replace(status=_EXPIRED_IN_MATCH) if change.order_id in ended else change


def _last_preventions(events: Sequence[Event]) -> dict[int, int]:
    """By the orders that self-trade prevention ended, the number of the event that did."""
    ended = {
        event.order_id for event in events if isinstance(event, Expired) and event.reason is ExpiryReason.SELF_TRADE
    }
    if not ended:
        return {}
    return {
        change.order_id: number
        for number, event in enumerate(events)
        if isinstance(event, Prevented)
        for change in _prevented(event)
        if change.order_id in ended
    }


def _accepted(event: Accepted) -> tuple[Change, ...]:
    begins = Begins.AS_ITS_TYPE_SAYS
    return (Change(event.account, event.symbol, event.order_id, "NEW", event.status, begins),)


def _activated(event: Activated) -> tuple[Change, ...]:
    return (Change(event.account, event.symbol, event.order_id, "NEW", _NEW, Begins.AS_ITS_TYPE_SAYS),)


def _triggered(event: Triggered) -> tuple[Change, ...]:
    return (Change(event.account, event.symbol, event.order_id, "NEW", _NEW, Begins.WORKING),)


def _traded(event: Traded) -> tuple[Change, ...]:
    """Both sides, also where one account is both."""
    taker = Change(event.taker_account, event.symbol, event.taker_order_id, "TRADE", match=event)
    maker = Change(event.maker_account, event.symbol, event.maker_order_id, "TRADE", match=event, is_maker=True)
    return taker, maker


def _prevented(event: Prevented) -> tuple[Change, ...]:
    """Those that lost something."""
    both = (event.taker_order_id, event.taker_prevented, False), (event.maker_order_id, event.maker_prevented, True)
    return tuple(
        Change(event.account, event.symbol, order_id, "TRADE_PREVENTION", match=event, is_maker=is_maker)
        for order_id, lots, is_maker in both
        if lots
    )


def _amended(event: Amended) -> tuple[Change, ...]:
    name, before = event.client_order_id, event.original_client_order_id
    change = Change(event.account, event.symbol, event.order_id, "REPLACED")
    return (change._replace(client_order_id=name, original_client_order_id=before),)


def _canceled(event: Canceled) -> tuple[Change, ...]:
    cancel_id = event.client_order_id
    return (Change(event.account, event.symbol, event.order_id, "CANCELED", _CANCELED, client_order_id=cancel_id),)


def _expired(event: Expired) -> tuple[Change, ...]:
    if event.reason is ExpiryReason.SELF_TRADE:
        return ()
    return (Change(event.account, event.symbol, event.order_id, "EXPIRED", _EXPIRED),)


_READERS: Mapping[type[Event], Callable[[Any], tuple[Change, ...]]] = MappingProxyType(
    {
        Accepted: _accepted,
        Activated: _activated,
        Triggered: _triggered,
        Traded: _traded,
        Amended: _amended,
        Canceled: _canceled,
        Expired: _expired,
    }
)
"""What is not in it is no news of an order."""
