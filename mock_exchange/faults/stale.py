"""Reads that are answered from the past, and count as touched only where the past differs from the present."""

from collections.abc import Callable, Set
from dataclasses import replace
from functools import partial
from typing import Any, cast

from mock_exchange.engine.engine import Engine
from mock_exchange.faults.fault import Fault
from mock_exchange.faults.past import Past
from mock_exchange.faults.seams import Seams, Serve
from mock_exchange.faults.touching import mark, subject_of
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import VenueError
from mock_exchange.stages import Ticket

Prepare = Callable[[Desk, Any], Work]


class StaleReads:
    """Has calls prepared anew, for a desk whose engine is that of the past; ``reads`` are the handlers concerned."""

    def __init__(self, past: Past, reads: Set[Prepare], fault: Fault, probability: float) -> None:
        self._past = past
        self._reads = reads
        self._fault = fault
        self._probability = probability

    def begin(self, seams: Seams) -> Callable[[], None]:
        desk = replace(seams.desk, engine=cast("Engine", self._past))
        return seams.serving.add(lambda serve: partial(self._serve, desk, serve))

    def _serve(self, desk: Desk, serve: Serve, ticket: Ticket) -> None:
        serve(ticket)
        route, call, subject = ticket.route, ticket.call, subject_of(ticket)
        if route is None or call is None or route.prepare not in self._reads:
            return
        if not self._fault.meets(subject, self._probability):
            return
        status, body = _outcome(route.prepare(desk, call))
        if (status, body) != (ticket.status, ticket.body):
            self._fault.hits += 1
            ticket.status, ticket.body = status, body
            mark(ticket, self._fault, subject)


def _outcome(work: Work) -> tuple[int, bytes]:
    try:
        return 200, work()
    except VenueError as error:
        return error.status, error.body()
