"""The faults on the admin port: GET and POST /faults, DELETE /faults/ID, GET /faults/ID/hits,
POST /faults/ID/heartbeat, POST /faults/reset.

The same shapes as the fault proxy's, so that one client orders from both.
"""

import re
from typing import Annotated, Final
from urllib.parse import unquote

import msgspec

from mock_exchange.faults.fault import Fault, Kind, NotPossible
from mock_exchange.faults.in_force import FaultsInForce
from mock_exchange.faults.kinds import KINDS
from mock_exchange.http.request import Request
from mock_exchange.http.turn import Turn

PATH: Final = b"/faults"
_ENCODER: Final = msgspec.json.Encoder()
_ID = re.compile(r"[!-+\--~]{1,128}")
"""It goes into a header, where a comma divides ids."""
_FAULTS_MAX = 256
_NS_PER_MS = 1_000_000
_SELECTORS: Final = ("op", "symbol", "client_order_id")

Answer = tuple[int, object]


class Order(msgspec.Struct, forbid_unknown_fields=True):
    """POST /faults."""

    id: str
    kind: str
    parameters: dict[str, object] = {}
    on: dict[str, str] = {}
    seed: int = 0
    lease_ms: Annotated[int, msgspec.Meta(ge=100, le=3_600_000)] = 5_000
    """Without a heartbeat for this long, the exchange lifts the fault by itself."""


class Refused(Exception):
    """``field`` is what of the order is wrong; empty where it is nothing of the order."""

    def __init__(self, status: int, text: str, field: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.field = field


def is_about_faults(request: Request) -> bool:
    return request.path == PATH or request.path.startswith(PATH + b"/")


class FaultService:
    """Answers what the admin port is asked below /faults by someone with the token."""

    def __init__(self, faults: FaultsInForce) -> None:
        self._faults = faults

    def answer(self, request: Request, turn: Turn) -> None:
        parts = [unquote(part) for part in request.path.decode("latin-1").split("/")[2:]]
        try:
            status, document = self._dispatch(request.method.decode(), parts, request.body)
        except Refused as refused:
            more = {"field": refused.field} if refused.field else {}
            status, document = refused.status, {"error": str(refused), "status": refused.status, **more}
        turn.answer(status, _ENCODER.encode(document))

    def _dispatch(self, method: str, parts: list[str], body: bytes) -> Answer:
        match method, parts:
            case "GET", []:
                known = {**self._faults.lifted, **self._faults.active}
                return 200, {name: _document(fault) for name, fault in known.items()}
            case "POST", []:
                return 201, self._begin(body)
            case "POST", ["reset"]:
                self._faults.lift_all("reset")
                return 200, {}
            case "GET", [fault_id, "hits"]:
                fault = self._faults.active.get(fault_id) or self._faults.lifted.get(fault_id)
                if fault is None:
                    raise Refused(404, f"no fault {fault_id!r} was ever applied here")
                return 200, _hits_document(fault)
            case "DELETE", [fault_id]:
                fault = self._faults.lift(fault_id, "owner")
                if fault is None:
                    raise Refused(404, f"no fault {fault_id!r} was ever applied here")
                return 200, _document(fault)
            case "POST", [fault_id, "heartbeat"]:
                if not self._faults.renew(fault_id):
                    raise Refused(404, f"fault {fault_id!r} is not in force: never applied, or lifted")
                return 200, _document(self._faults.active[fault_id])
        raise Refused(
            405, "there are GET and POST /faults, DELETE /faults/ID, GET /faults/ID/hits and POST /faults/ID/heartbeat"
        )

    def _begin(self, body: bytes) -> dict[str, object]:
        fault, kind = _ordered(body)
        if fault.id in self._faults.active:
            raise Refused(409, f"fault {fault.id!r} is in force already")
        if len(self._faults.active) >= _FAULTS_MAX:
            raise Refused(429, f"{_FAULTS_MAX} faults are in force, which is the limit")
        try:
            self._faults.begin(kind, fault)
        except NotPossible as error:
            raise Refused(409, str(error)) from error
        return _document(fault)


def _ordered(body: bytes) -> tuple[Fault, Kind]:
    try:
        order = msgspec.json.decode(body, type=Order)
    except msgspec.DecodeError as error:
        raise Refused(400, f"bad request body: {error}") from error
    if not _ID.fullmatch(order.id):
        raise Refused(400, f"id: {order.id!r} must be 1 to 128 visible ASCII characters without a comma", "id")
    if order.kind not in KINDS:
        there_are = ", ".join(sorted(KINDS))
        raise Refused(400, f"kind: {order.kind!r} is no fault that the exchange has; there are {there_are}", "kind")
    for name in order.on:
        if name not in _SELECTORS:
            raise Refused(400, f"on.{name}: is nothing to select by; there are {', '.join(_SELECTORS)}", f"on.{name}")
    try:
        kind = msgspec.convert(order.parameters, KINDS[order.kind])
    except msgspec.ValidationError as error:
        raise Refused(400, f"with: {error}", "with") from error
    lease_ns = order.lease_ms * _NS_PER_MS
    return Fault(order.id, order.kind, order.parameters, order.on, order.seed, lease_ns, 0), kind


def _document(fault: Fault) -> dict[str, object]:
    return {
        "id": fault.id,
        "kind": fault.kind,
        "parameters": fault.parameters,
        "on": fault.on,
        "seed": fault.seed,
        "lease_ms": fault.lease_ns // _NS_PER_MS,
        "seen": fault.seen,
        "hits": fault.hits,
        "lost": fault.lost,
        "unanswered": len(fault.unanswered) + fault.unlogged,
        "lifted_by": fault.lifted_by,
    }


def _hits_document(fault: Fault) -> dict[str, object]:
    """The requests that it touched and that no marked reply tells of; ``more`` were not remembered."""
    unanswered = [
        {
            "ordinal": ordinal,
            "op": request.op,
            "symbol": request.symbol,
            "client_order_id": request.client_order_id,
            "request_id": "",  # the gateway does not read it
        }
        for ordinal, request in fault.unanswered.items()
    ]
    return {"id": fault.id, "hits": fault.hits, "unanswered": unanswered, "more": fault.unlogged}
