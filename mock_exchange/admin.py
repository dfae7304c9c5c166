"""The operator's port: health for everyone; with the token the truth about every order, the last requests, the status
of each market, and faults.

The truth is what a client whose reply was lost has to be reconciled with: what the engine really did.
"""

import hmac
from collections.abc import Callable
from typing import Literal

import msgspec

from mock_exchange.faults.service import FaultService, is_about_faults
from mock_exchange.gateway.errors import VenueError, error_json, transport_error_json
from mock_exchange.gateway.parameters import parse_parameters
from mock_exchange.http.request import Request
from mock_exchange.http.turn import JSON, JSON_LINES, TEXT, Turn
from mock_exchange.opening import Recovered
from mock_exchange.stages import StageLog
from mock_exchange.symbol_control import SymbolControl
from mock_exchange.truth import Truth

_ENCODER = msgspec.json.Encoder()


Health = Literal["ok", "draining"]


class HealthReply(msgspec.Struct, frozen=True, omit_defaults=True):
    status: Health
    queued: int
    orders: int
    """Placed one by one since this process began, whatever it remembers of an earlier one."""
    recovered: Recovered | None = None
    """Of an exchange with a data folder."""


class Admin:
    """The service of the admin port: what only an operator may know."""

    def __init__(
        self,
        truth: Truth,
        stages: StageLog,
        *,
        control: SymbolControl,
        faults: FaultService,
        token: str | None,
        when_durable: Callable[[Callable[[], None]], None],
        health: Callable[[], HealthReply],
    ) -> None:
        self._truth = truth
        self._when_durable = when_durable
        self._stages = stages
        self._control = control
        self._faults = faults
        self._authorization = f"Bearer {token}".encode() if token is not None else None
        self._health = health

    def refusal(self, request: Request) -> tuple[int, bytes] | None:
        if is_about_faults(request):
            return self._closed(request.header(b"Authorization"))
        if request.path not in (b"/health", b"/truth", b"/stages", b"/status"):
            return 404, error_json(-1020, "The admin port has /health, /truth, /stages, /status and /faults.")
        if request.method != b"GET" and (request.method, request.path) != (b"POST", b"/status"):
            return 405, error_json(-1020, "The admin port answers GET only, and POST to /status.")
        return None if request.path == b"/health" else self._closed(request.header(b"Authorization"))

    def answer(self, request: Request, turn: Turn) -> None:
        if request.path == b"/truth":
            self._answer_truth(request, turn)
        elif request.path == b"/status":
            self._answer_status(request, turn)
        elif is_about_faults(request):
            self._faults.answer(request, turn)
        elif request.path == b"/stages":
            turn.answer(200, _ENCODER.encode_lines(list(self._stages.recent)), JSON_LINES)
        else:
            health = self._health()
            turn.answer(200 if health.status == "ok" else 503, _ENCODER.encode(health), JSON)

    def _answer_truth(self, request: Request, turn: Turn) -> None:
        try:
            asked = parse_parameters(request.query, b"")
        except VenueError as error:
            turn.answer(error.status, error.body())
            return
        if asked.keys() - {"clientOrderId", "symbol"} or ("symbol" in asked and "clientOrderId" not in asked):
            turn.answer(400, error_json(-1101, "/truth takes clientOrderId and, with it, symbol."))
        elif "clientOrderId" in asked:
            body = self._truth.answer(asked["clientOrderId"], asked.get("symbol"))
            self._tell(turn, body, JSON)
        else:
            self._tell(turn, b"".join(self._truth.lines()), JSON_LINES)

    def _answer_status(self, request: Request, turn: Turn) -> None:
        """GET lists every market's status, POST changes one."""
        try:
            asked = parse_parameters(request.query, request.body)
            body = self._control.change(asked) if request.method == b"POST" else self._control.all()
        except VenueError as error:
            turn.answer(error.status, error.body())
        else:
            self._tell(turn, body, JSON)

    def _tell(self, turn: Turn, body: bytes, content_type: bytes) -> None:
        """Once it is sure to stay true."""

        def tell() -> None:
            turn.answer(200, body, content_type)
            turn.flush()

        self._when_durable(tell)

    def error_body(self, status: int, text: str) -> bytes:
        return transport_error_json(status, text)

    def _closed(self, credential: bytes) -> tuple[int, bytes] | None:
        if self._authorization is None:
            return 403, error_json(-1002, "Closed: the exchange was started without an admin_token.")
        if not hmac.compare_digest(credential, self._authorization):
            return 401, error_json(-1002, "The header 'Authorization: Bearer TOKEN' is missing or wrong.")
        return None


class Metrics:
    """The scrape port: Prometheus text at /metrics."""

    def __init__(self, exposition: Callable[[], bytes]) -> None:
        self._exposition = exposition

    def refusal(self, request: Request) -> tuple[int, bytes] | None:
        if request.method == b"GET" and request.path == b"/metrics":
            return None
        return 404, error_json(-1020, "The metrics port has GET /metrics.")

    def answer(self, request: Request, turn: Turn) -> None:  # noqa: ARG002 - there is one thing to answer
        turn.answer(200, self._exposition(), TEXT)

    def error_body(self, status: int, text: str) -> bytes:
        return transport_error_json(status, text)
