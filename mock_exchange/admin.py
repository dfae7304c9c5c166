"""The operator's port: health for everyone, and with the token the truth about every order and the last requests.

The truth is what a client whose reply was lost has to be reconciled with: what the engine really did.
"""

import hmac
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import msgspec

from mock_exchange.engine.engine import Engine
from mock_exchange.engine.orders import Order
from mock_exchange.gateway.errors import error_json, transport_error_json
from mock_exchange.http.request import Request
from mock_exchange.http.turn import JSON, JSON_LINES, TEXT, Turn
from mock_exchange.opening import Recovered
from mock_exchange.stages import StageLog

_ENCODER = msgspec.json.Encoder()


Health = Literal["ok", "draining"]


class HealthReply(msgspec.Struct, frozen=True, omit_defaults=True):
    status: Health
    queued: int
    orders: int
    recovered: Recovered | None = None
    """Of an exchange with a data folder."""


class TrueOrder(msgspec.Struct, rename="camel", frozen=True, gc=False):
    """One accepted order, as it stands now."""

    symbol: str
    order_id: int
    client_order_id: str
    account: str
    """The API key; the number for accounts of the exchange itself."""
    side: str
    type: str
    orig_qty: str
    executed_qty: str
    status: str
    time: int
    trades: int


class Admin:
    """The service of the admin port: what only an operator may know."""

    def __init__(
        self,
        engine: Engine,
        stages: StageLog,
        *,
        token: str | None,
        account_names: Mapping[int, str],
        health: Callable[[], HealthReply],
    ) -> None:
        self._engine = engine
        self._stages = stages
        self._authorization = f"Bearer {token}".encode() if token is not None else None
        self._account_names = account_names
        self._health = health

    def refusal(self, request: Request) -> tuple[int, bytes] | None:
        if request.path not in (b"/health", b"/truth", b"/stages"):
            return 404, error_json(-1020, "The admin port has /health, /truth and /stages.")
        if request.method != b"GET":
            return 405, error_json(-1020, "The admin port answers GET only.")
        return None if request.path == b"/health" else self._closed(request.header(b"Authorization"))

    def answer(self, request: Request, turn: Turn) -> None:
        if request.path == b"/truth":
            turn.answer(200, b"".join(self._truth()), JSON_LINES)
        elif request.path == b"/stages":
            turn.answer(200, _ENCODER.encode_lines(list(self._stages.recent)), JSON_LINES)
        else:
            health = self._health()
            turn.answer(200 if health.status == "ok" else 503, _ENCODER.encode(health), JSON)

    def error_body(self, status: int, text: str) -> bytes:
        return transport_error_json(status, text)

    def _closed(self, credential: bytes) -> tuple[int, bytes] | None:
        if self._authorization is None:
            return 403, error_json(-1002, "Closed: the exchange was started without an admin_token.")
        if not hmac.compare_digest(credential, self._authorization):
            return 401, error_json(-1002, "The header 'Authorization: Bearer TOKEN' is missing or wrong.")
        return None

    def _truth(self) -> Iterator[bytes]:
        for order in self._engine.all_orders():
            yield _ENCODER.encode(self._true_order(order))
            yield b"\n"

    def _true_order(self, order: Order) -> TrueOrder:
        symbol = self._engine.symbols[order.symbol]
        return TrueOrder(
            symbol=order.symbol,
            order_id=order.order_id,
            client_order_id=order.client_order_id,
            account=self._account_names.get(order.account, str(order.account)),
            side=order.side,
            type=order.type,
            orig_qty=symbol.format_quantity(order.quantity),
            executed_qty=symbol.format_quantity(order.executed),
            status=order.status,
            time=order.created_ms,
            trades=order.trades,
        )


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
