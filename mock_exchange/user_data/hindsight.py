"""What an order had traded at an event, worked out from what the whole command has made of it.

The engine shows an order as the command left it. What lies between are the fills and the preventions that come after
the event, so they are taken off again.
"""

from collections.abc import Sequence
from typing import NamedTuple

from mock_exchange.engine.events import Event, Prevented, Traded
from mock_exchange.engine.orders import Order


class Progress(NamedTuple):
    executed: int
    """Lots."""
    quote_executed: int
    """1e-8 of the quote asset."""
    prevented: int
    """Lots."""


_NONE = Progress(0, 0, 0)


class Hindsight:
    """Of one command. Tell it of each event as it is reported."""

    __slots__ = ("_ahead",)

    def __init__(self, events: Sequence[Event]) -> None:
        self._ahead: dict[int, Progress] = {}
        """By order, what the events that are yet to be reported add to it."""
        for event in events:
            self._move(event, 1)

    def passed(self, event: Event) -> None:
        self._move(event, -1)

    def at(self, order: Order) -> Progress:
        """As of the last event that was passed."""
        ahead = self._ahead.get(order.order_id, _NONE)
        return Progress(
            order.executed - ahead.executed,
            order.quote_executed - ahead.quote_executed,
            order.prevented - ahead.prevented,
        )

    def is_complete(self, order: Order) -> bool:
        """Whether no fill is yet to come."""
        return not self._ahead.get(order.order_id, _NONE).executed

    def _move(self, event: Event, sign: int) -> None:
        if isinstance(event, Traded):
            fill = Progress(sign * event.quantity, sign * event.quote_amount, 0)
            self._add(event.taker_order_id, fill)
            self._add(event.maker_order_id, fill)
        elif isinstance(event, Prevented):
            self._add(event.taker_order_id, Progress(0, 0, sign * event.taker_prevented))
            self._add(event.maker_order_id, Progress(0, 0, sign * event.maker_prevented))

    def _add(self, order_id: int, more: Progress) -> None:
        ahead = self._ahead.get(order_id, _NONE)
        self._ahead[order_id] = Progress(*(has + adds for has, adds in zip(ahead, more, strict=True)))
