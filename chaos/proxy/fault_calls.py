"""Calls for our faults: apply under a lease, renew, lift, and tell what they have touched."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, cast

from chaos.proxy.answers import RefusedError, may_apply_another
from chaos.proxy.faults import ActiveFault, FaultsInForce
from chaos.proxy.http_server import Call, Reply
from chaos.proxy.orders import fault_ordered


class FaultCalls:
    """Toxics are faults as well: they are listed, and can be renewed and lifted, by the id that marks carry."""

    def __init__(self, faults: FaultsInForce, now_ns: Callable[[], int]) -> None:
        self._faults = faults
        self._now_ns = now_ns

    def routes(self) -> dict[str, Callable[..., Awaitable[Reply]]]:
        return {
            "GET /faults": self._list,
            "POST /faults": self._apply,
            "DELETE /faults/{id}": self._lift,
            "GET /faults/{id}/hits": self._show_hits,
            "POST /faults/{id}/heartbeat": self._renew,
        }

    async def _list(self, _: Call) -> Reply:
        known = {**self._faults.lifted, **self._faults.active}
        return Reply(HTTPStatus.OK, {fault_id: _fault_document(each) for fault_id, each in known.items()})

    async def _apply(self, call: Call) -> Reply:
        fault = fault_ordered(call.body, self._now_ns())
        if fault.id in self._faults.active:
            raise RefusedError(HTTPStatus.CONFLICT, f"fault {fault.id!r} is in force already")
        may_apply_another(self._faults)
        self._faults.apply(fault)
        return Reply(HTTPStatus.CREATED, _fault_document(fault))

    async def _lift(self, _: Call, fault_id: str) -> Reply:
        fault = self._faults.lift(fault_id, "owner")
        if fault is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, f"no fault {fault_id!r} was ever applied here")
        return Reply(HTTPStatus.OK, _fault_document(fault))

    async def _show_hits(self, _: Call, fault_id: str) -> Reply:
        fault = self._faults.active.get(fault_id) or self._faults.lifted.get(fault_id)
        if fault is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, f"no fault {fault_id!r} was ever applied here")
        return Reply(HTTPStatus.OK, _hits_document(fault))

    async def _renew(self, _: Call, fault_id: str) -> Reply:
        if not self._faults.renew(fault_id, self._now_ns()):
            raise RefusedError(HTTPStatus.NOT_FOUND, f"fault {fault_id!r} is not in force: never applied, or lifted")
        return Reply(HTTPStatus.OK, _fault_document(self._faults.active[fault_id]))


def _fault_document(fault: ActiveFault) -> dict[str, object]:
    return {
        "id": fault.id,
        "kind": fault.fault.kind,
        "parameters": asdict(cast("Any", fault.fault)),
        "on": fault.on.as_written(),
        "seed": fault.seed,
        "lease_ms": fault.lease_ns // 1_000_000 or None,
        "seen": fault.seen,
        "hits": fault.hits,
        "unanswered": sum(1 for _ in fault.unanswered.lost()) + fault.unanswered.unlogged,
        "lifted_by": fault.lifted_by,
    }


def _hits_document(fault: ActiveFault) -> dict[str, object]:
    """The requests that it touched and that no marked reply tells of; ``more`` were not remembered."""
    unanswered = [
        {
            "ordinal": ordinal,
            "op": request.op,
            "symbol": request.symbol,
            "client_order_id": request.client_order_id,
            "request_id": request.request_id,
        }
        for ordinal, request in fault.unanswered.lost()
    ]
    return {"id": fault.id, "hits": fault.hits, "unanswered": unanswered, "more": fault.unanswered.unlogged}
