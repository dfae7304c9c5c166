"""The REST service: routes a request, checks who asks and when, queues its work, and answers.

The order of the checks is the order of their cost: a place in the queue, the key, the clock, the signature, the
parameters. Nothing here waits; waiting is the dispatcher's.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Final

from mock_exchange.admission import AdmissionQueue
from mock_exchange.clock import Clock
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk
from mock_exchange.gateway.errors import (
    INTERNAL,
    OVERLOADED,
    VenueError,
    error_json,
    invalid_signature,
    mandatory,
    too_late,
    transport_error_json,
)
from mock_exchange.gateway.keys import Keyring
from mock_exchange.gateway.left_out import left_out_of
from mock_exchange.gateway.parameters import parse_parameters
from mock_exchange.gateway.reply_format import check_format
from mock_exchange.gateway.routes import KNOWN_PATHS, OTHER, ROUTES, Route
from mock_exchange.gateway.tally import Ending, Tally
from mock_exchange.gateway.time_unit import MicrosecondTurn, wants_microseconds
from mock_exchange.gateway.timing import NEVER_NS
from mock_exchange.http.request import Request
from mock_exchange.stages import Ticket, Turn

_ROUTES: Final = dict(ROUTES)
"""Asked twice per request, which a read-only view would make twice as slow."""
_LOGGER = logging.getLogger(__name__)
_DONE: Final = int(Ending.DONE)
_REJECTED: Final = int(Ending.REJECTED)
_SHED: Final = int(Ending.SHED)
_FAILED: Final = int(Ending.FAILED)
_THROTTLED: Final = int(Ending.THROTTLED)
_TOO_MUCH: Final = (429, 418)
_GET: Final = b"GET"
WRITES: Final = frozenset(("order.place", "order.cancel", "order.replace", "order.list", "order.amend"))
"""Operations that change something, and after which it matters whether they were done."""


class Gateway:
    submit: Callable[[Ticket], bool]
    """Queues a ticket and sees to it that it is served; False where the queue is full. Set by the assembly, because
    who serves needs the gateway first."""

    def __init__(
        self, desk: Desk, keyring: Keyring, queue: AdmissionQueue, clock: Clock, shed_body: bytes = OVERLOADED
    ) -> None:
        self._desk = desk
        self.server_time = desk.server_time
        self._keyring = keyring
        self._queue = queue
        self._wall_ns = clock.wall_ns
        self._monotonic_ns = clock.monotonic_ns
        self.shed_body = shed_body
        """What everyone is told who is shed."""
        self.tally = Tally()

    # The connection's side

    def refusal(self, request: Request) -> tuple[int, bytes] | None:
        route = _ROUTES.get(request.line)
        if route is None:
            self.tally.add(OTHER, _REJECTED)
            return _unknown(request)
        return (503, self.shed_body) if self.sheds(route) else None

    def answer(self, request: Request, turn: Turn) -> None:
        route = _ROUTES[request.line]
        if wants_microseconds(request):
            turn = MicrosecondTurn(turn)
        try:
            check_format(request)
            # Whatever a GET brings in a body is not read: the venue takes the parameters of a GET from its query only.
            body = b"" if request.body and request.method == _GET else request.body
            parameters = parse_parameters(request.query, body)
            wall_ns = self._wall_ns()
            account, expires_ns = 0, NEVER_NS
            if route.signed:
                account, time_left = self._authenticate(request, parameters, wall_ns)
                expires_ns = request.parsed_ns + time_left
            elif route.keyed:
                account = self._keyring.find(request.header(b"X-MBX-APIKEY")).account
            call = Call(account, parameters, wall_ns // 1_000_000)
            self.perform(route, call, turn, request.accepted_ns, request.parsed_ns, expires_ns=expires_ns)
        except VenueError as error:
            self.reject(route, error, turn)

    # Whatever the call came through

    def sheds(self, route: Route) -> bool:
        """Whether a call has no chance of a place in the queue, so that nothing needs to be done for it."""
        if route.queued and self._queue.is_full(route.operation):
            self.tally.add(route.operation, _SHED)
            return True
        return False

    def perform(
        self, route: Route, call: Call, turn: Turn, accepted_ns: int, parsed_ns: int, *, expires_ns: int
    ) -> None:
        """Queue the work of a call that has proved who it is from, or do it now where it needs no queue.

        Raises VenueError where the parameters are wrong; a full queue is answered.
        """
        if not route.known.issuperset(call.parameters):
            raise _too_many(route, call.parameters)
        work = route.prepare(self._desk, call)
        if route.queued:
            ticket = Ticket(
                route.operation,
                turn,
                work,
                accepted_ns,
                parsed_ns,
                self._monotonic_ns(),
                expires_ns,
                route=route,
                call=call,
            )
            if not self.submit(ticket):
                self.tally.add(route.operation, _SHED)
                ticket.turn.answer(503, self.shed_body)
        else:
            turn.answer(200, work())
            self.tally.add(route.operation, _DONE)

    def queue_late(self, ticket: Ticket, submit: Callable[[Ticket], bool]) -> None:
        """Queue what a fault held back; its caller has gone on, so a full queue is answered here."""
        ticket.queued_ns = self._monotonic_ns()
        if not submit(ticket):
            self.tally.add(ticket.operation, _SHED)
            ticket.turn.answer(503, self.shed_body)
            ticket.turn.flush()

    def reject(self, route: Route, error: VenueError, turn: Turn) -> None:
        self.tally.add(route.operation, _REJECTED)
        turn.answer(error.status, error.body())

    def count_refusal(self, route: Route | None, status: int) -> None:
        """A call was refused before it came here, with this status."""
        ending = _THROTTLED if status in _TOO_MUCH else _REJECTED
        self.tally.add(route.operation if route is not None else OTHER, ending)

    def error_body(self, status: int, text: str) -> bytes:
        self.tally.add(OTHER, _FAILED if status == 500 else _REJECTED)
        return transport_error_json(status, text)

    # Before the queue

    def _authenticate(self, request: Request, parameters: Mapping[str, str], wall_ns: int) -> tuple[int, int]:
        """The account, and the nanoseconds left of the request's window."""
        key = self._keyring.find(request.header(b"X-MBX-APIKEY"))
        time_left = self.server_time.time_left_ns(parameters, wall_ns)
        if not key.signing.has_signed(request.query, request.body):
            raise invalid_signature() if parameters.get("signature") else mandatory("signature")
        return key.account, time_left

    # The dispatcher's side

    def serve(self, ticket: Ticket) -> None:
        """Do the work and note the reply; the dispatcher says when, and gives the reply once it may be given."""
        try:
            ticket.body = ticket.work()
        except VenueError as error:
            self.tally.add(ticket.operation, _REJECTED)
            ticket.status, ticket.body = error.status, error.body()
        except Exception:
            # A fault of ours in one request: the client is told, the log says why, the exchange goes on.
            _LOGGER.exception("the work of %s failed", ticket.operation)
            self.tally.add(ticket.operation, _FAILED)
            ticket.status, ticket.body = 500, INTERNAL
        else:
            self.tally.by_operation[ticket.operation][_DONE] += 1
            ticket.status = 200

    def fail(self, ticket: Ticket, status: int, body: bytes) -> None:
        """The engine will not see it, and this is what its caller is told: for faults."""
        self.tally.add(ticket.operation, _FAILED)
        ticket.status, ticket.body = status, body

    def expire(self, ticket: Ticket) -> None:
        """Its window ended while it waited: the engine will not see it."""
        self.tally.add(ticket.operation, _REJECTED)
        ticket.status, ticket.body = 400, too_late().body()

    def shed(self, ticket: Ticket) -> None:
        """It waited longer than the queue lets anyone wait: the engine will not see it."""
        self.tally.add(ticket.operation, _SHED)
        ticket.status, ticket.body = 503, self.shed_body


def refuse_commands(submit: Callable[[Ticket], bool]) -> Callable[[Ticket], bool]:
    """A way into the queue for reads only: where nothing can be made durable, whatever changes anything is shed."""
    return lambda ticket: ticket.operation not in WRITES and submit(ticket)


def _unknown(request: Request) -> tuple[int, bytes]:
    left_out = left_out_of(request.line)
    if left_out is not None:
        return left_out.status, left_out.body()
    path = request.path[:100].decode("ascii", "replace")
    method = request.method.decode("ascii")
    if request.path in KNOWN_PATHS:
        return 405, error_json(-1020, f"This operation is not supported: {path} has no {method}.")
    return 404, error_json(-1020, f"This operation is not supported: there is no {method} {path} on this exchange.")


def _too_many(route: Route, parameters: Mapping[str, str]) -> VenueError:
    read, sent = len(parameters.keys() & route.known), len(parameters)
    if route.signed:
        text = f"Not all sent parameters were read; read '{read}' parameter(s) but was sent '{sent}'."
        return VenueError(-1104, text)
    return VenueError(-1101, f"Too many parameters; expected '{read}' and received '{sent}'.")
