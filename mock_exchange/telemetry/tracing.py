"""Which requests become traces, and what is kept of them until a span is made. Only there where traces are sent.

It stands in two places that the exchange has anyway: in front of the gateway, where a request and its headers are
seen, and behind the dispatcher, where its reply has been written. Requests pass through it; it changes none.
"""

import random
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from mock_exchange.clock import Clock
from mock_exchange.gateway.errors import VenueError
from mock_exchange.gateway.parameters import parse_parameters
from mock_exchange.gateway.routes import OTHER, ROUTES
from mock_exchange.http.request import Request
from mock_exchange.http.service import Service
from mock_exchange.http.turn import Turn
from mock_exchange.stages import Ticket
from mock_exchange.telemetry.sampling import Sampling
from mock_exchange.trace_context import HEADER, Caller, Trace, parse_traceparent

_NAME_LENGTH: Final = len(HEADER)
_CLIENT_IDS: Final = ("newClientOrderId", "origClientOrderId", "listClientOrderId")
_STATUS: Final = slice(len("HTTP/1.1 "), len("HTTP/1.1 200"))


class Finished(msgspec.Struct, frozen=True, gc=False):
    """A traced request that was answered."""

    trace: Trace
    operation: str
    status: int
    body: bytes
    moments: tuple[tuple[str, int], ...]
    """What happened when, monotonic, in order; the first and the last are where the span begins and ends."""
    wall_offset_ns: int
    """To be added to a moment for the time since the epoch."""


Keep = Callable[[Finished], None]


class Tracing:
    """Stands in for the gateway where connections ask, and hands on to it."""

    def __init__(self, sampling: Sampling, keep: Keep, clock: Clock, rng: random.Random) -> None:
        self._sampling = sampling
        self._keep = keep
        self._clock = clock
        self._trace_id = rng.getrandbits
        self._service: Service
        self._submit: Callable[[Ticket], bool]
        self._trace: Trace | None = None
        """Of the request that the gateway is looking at now."""
        self._is_asked = False
        """Whether it is looking at one: what is queued meanwhile came from there."""
        self._was_queued = False

    def in_front_of(self, service: Service, submit: Callable[[Ticket], bool]) -> None:
        self._service, self._submit = service, submit

    # Where connections ask

    def refusal(self, request: Request) -> tuple[int, bytes] | None:
        refusal = self._service.refusal(request)
        if refusal is not None and (trace := self._sampled(request)) is not None:
            now_ns = self._clock.monotonic_ns()
            self._finish(trace, request, refusal, (("accepted", now_ns), ("refused", now_ns)))
        return refusal

    def answer(self, request: Request, turn: Turn) -> None:
        self._trace = trace = self._sampled(request)
        self._is_asked, self._was_queued = True, False
        try:
            self._service.answer(request, turn)
        finally:
            self._trace, self._is_asked = None, False
        if trace is not None and not self._was_queued and turn.reply is not None:
            moments = (
                ("accepted", request.accepted_ns),
                ("parsed", request.parsed_ns),
                ("answered", self._clock.monotonic_ns()),
            )
            self._finish(trace, request, (int(turn.reply[_STATUS]), turn.reply.partition(b"\r\n\r\n")[2]), moments)

    def error_body(self, status: int, text: str) -> bytes:
        return self._service.error_body(status, text)

    # Where requests are queued

    def submit(self, ticket: Ticket) -> bool:
        ticket.trace = self._trace if self._is_asked else self._begun_here(ticket)
        self._was_queued = self._submit(ticket)
        return self._was_queued

    def _begun_here(self, ticket: Ticket) -> Trace | None:
        """What came through another door than REST has no caller that we know of."""
        trace_id = self._fresh_id()
        return Trace(trace_id, 0, ticket.operation, "", "") if self._sampling.keeps(trace_id, None) else None

    # Where replies have been written

    def record(self, tickets: Sequence[Ticket], synced_ns: int, written_ns: int) -> None:
        traced = [(ticket.trace, ticket) for ticket in tickets if ticket.trace is not None]
        if not traced:
            return
        offset_ns = self._wall_offset_ns()
        for trace, ticket in traced:
            moments = (
                ("accepted", ticket.accepted_ns),
                ("parsed", ticket.parsed_ns),
                ("queued", ticket.queued_ns),
                ("taken", ticket.taken_ns),
                ("matched", ticket.matched_ns),
                ("synced", synced_ns),
                ("written", written_ns),
            )
            self._keep(Finished(trace, ticket.operation, ticket.status, ticket.body, moments, offset_ns))

    # Deciding

    def _sampled(self, request: Request) -> Trace | None:
        caller = _caller(request)
        trace_id = caller.trace_id if caller is not None else self._fresh_id()
        if not self._sampling.keeps(trace_id, caller):
            return None
        symbol, client_order_id = _asked_about(request)
        line = request.line.decode("ascii", "replace")
        return Trace(trace_id, caller.span_id if caller is not None else 0, line, symbol, client_order_id)

    def _fresh_id(self) -> int:
        return self._trace_id(128) or 1

    def _finish(
        self, trace: Trace, request: Request, reply: tuple[int, bytes], moments: tuple[tuple[str, int], ...]
    ) -> None:
        route = ROUTES.get(request.line)
        operation = OTHER if route is None else route.operation
        self._keep(Finished(trace, operation, *reply, moments, self._wall_offset_ns()))

    def _wall_offset_ns(self) -> int:
        return self._clock.wall_ns() - self._clock.monotonic_ns()


def _caller(request: Request) -> Caller | None:
    """Headers are looked through by the length of their names, which few share, before their case is."""
    headers = request.headers
    text = headers.get(HEADER)
    if text is None:
        spelt = (name for name in headers if len(name) == _NAME_LENGTH and name.lower() == HEADER)
        text = headers.get(next(spelt, b""))
    return parse_traceparent(text) if text is not None else None


def _asked_about(request: Request) -> tuple[str, str]:
    """Symbol and client order id as the request has them; empty where it has none, or cannot be read."""
    try:
        parameters = parse_parameters(request.query, request.body)
    except VenueError:
        return "", ""
    return parameters.get("symbol", ""), next((parameters[name] for name in _CLIENT_IDS if name in parameters), "")
