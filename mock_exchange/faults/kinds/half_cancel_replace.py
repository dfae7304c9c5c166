"""An order is to be replaced by another, and only one half of that is done."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Literal

import msgspec

from mock_exchange.engine.commands import Command, ReplaceOrder
from mock_exchange.engine.events import Event, Rejected, Rejection
from mock_exchange.faults.fault import Fault
from mock_exchange.faults.kinds.fields import Share
from mock_exchange.faults.seams import Seams, Serve
from mock_exchange.faults.touching import mark, subject_of
from mock_exchange.gateway import replace_order
from mock_exchange.gateway.desk import Desk
from mock_exchange.stages import Ticket

Apply = Callable[[Command], list[Event]]


class HalfCancelReplace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Serves replacements with a desk that does one half of them."""

    done: Literal["cancel", "order"] = "cancel"
    probability: Share = 1.0

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        half = Half(self.done, seams.desk.apply)
        desk = replace(seams.desk, apply=half.apply)
        return seams.serving.add(lambda serve: partial(self._serve, half, desk, fault, serve))

    def _serve(self, half: "Half", desk: Desk, fault: Fault, serve: Serve, ticket: Ticket) -> None:
        """The call is prepared anew, for a desk whose engine does one half; all else about it is as ever."""
        call = ticket.call
        subject = subject_of(ticket)
        is_replacement = ticket.route is not None and ticket.route.prepare is replace_order.prepare
        if call is None or not is_replacement or not fault.meets(subject, self.probability):
            serve(ticket)
            return
        half.was_done = False
        ticket.work = replace_order.prepare(desk, call)
        serve(ticket)
        if half.was_done:
            fault.hits += 1
            mark(ticket, fault, subject)


class Half:
    """The way to the engine, on which one half of a replacement gets lost."""

    def __init__(self, done: Literal["cancel", "order"], apply: Apply) -> None:
        self._half = self._cancel_only if done == "cancel" else self._place_only
        self._apply = apply
        self.was_done = False

    def apply(self, command: Command) -> list[Event]:
        return self._half(command) if isinstance(command, ReplaceOrder) else self._apply(command)

    def _cancel_only(self, command: ReplaceOrder) -> list[Event]:
        """What the cancel has freed is not there yet for the new order: that is what its caller is told."""
        events = self._apply(command.cancel)
        if isinstance(events[0], Rejected):  # there is nothing to halve: as the engine does it
            return events + self._apply(command.place) if command.allow_failure else events
        self.was_done = True
        return [*events, _rejected(command, Rejection.INSUFFICIENT_BALANCE)]

    def _place_only(self, command: ReplaceOrder) -> list[Event]:
        """Whatever the caller has said of the case that the cancel fails."""
        self.was_done = True
        return [_rejected(command, Rejection.UNKNOWN_ORDER), *self._apply(command.place)]


def _rejected(command: ReplaceOrder, reason: Rejection) -> Rejected:
    return Rejected(command.account, command.symbol, command.place.client_order_id, reason)
