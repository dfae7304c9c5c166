"""The control API: Toxiproxy's routes and shapes for proxies, and ours for faults beside them.

Nothing in here waits for a connection: a fault is lifted, and what it held is released, before the answer is written.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from typing import Any, cast
from urllib.parse import unquote

import msgspec

from chaos.errors import InvalidFault
from chaos.proxy.address import InvalidAddressError
from chaos.proxy.faults import ActiveFault, FaultsInForce
from chaos.proxy.http_server import Call, Reply
from chaos.proxy.listener import Listener, Listeners, NameTakenError
from chaos.proxy.orders import MissingFieldError, fault_ordered, listener_changed, listener_ordered

_FAULTS_MAX = 256


_Handler = Callable[..., Awaitable[Reply]]
"""Takes the call and the names in its path."""

_Route = tuple[str, re.Pattern[str], _Handler]


class RefusedError(Exception):
    """An answer that is an error."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status


class ControlApi:
    """Answers one call at a time; ``now_ns`` is the clock by which leases end."""

    def __init__(self, listeners: Listeners, faults: FaultsInForce, now_ns: Callable[[], int]) -> None:
        self._now_ns = now_ns
        self._listeners = listeners
        self._faults = faults
        self._routes = self._table()

    async def answer(self, call: Call) -> Reply:
        try:
            return await self._dispatch(call)
        except RefusedError as error:
            return _error(error.status, str(error))
        except InvalidFault as error:
            return _error(HTTPStatus.BAD_REQUEST, str(error), field=error.field, rule=error.rule)
        except (MissingFieldError, InvalidAddressError, NameTakenError, msgspec.DecodeError, OSError) as error:
            return _error(*_told(error))

    def _table(self) -> list[_Route]:
        table: dict[str, _Handler] = {
            "GET /version": self._version,
            "GET /proxies": self._list_proxies,
            "POST /proxies": self._create_proxy,
            "GET /proxies/{name}": self._show_proxy,
            "POST /proxies/{name}": self._change_proxy,
            "PATCH /proxies/{name}": self._change_proxy,
            "DELETE /proxies/{name}": self._delete_proxy,
            "POST /reset": self._reset,
            "GET /faults": self._list_faults,
            "POST /faults": self._apply_fault,
            "DELETE /faults/{name}": self._lift_fault,
            "GET /faults/{name}/hits": self._show_hits,
            "POST /faults/{name}/heartbeat": self._renew_fault,
        }
        return [_route(each, handler) for each, handler in table.items()]

    async def _dispatch(self, call: Call) -> Reply:
        if "origin" in call.headers:  # a web page that the operator happens to look at must not steer the proxy
            raise RefusedError(HTTPStatus.FORBIDDEN, "browsers are not served here")
        path = call.path.partition("?")[0]
        matches = [
            (method, found, handler) for method, rule, handler in self._routes if (found := rule.fullmatch(path))
        ]
        for method, found, handler in matches:
            if method == call.method:
                return await handler(call, *(unquote(name) for name in found.groups()))
        if matches:
            known = ", ".join(method for method, _, _ in matches)
            raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, f"{path} answers {known}, not {call.method}")
        raise RefusedError(HTTPStatus.NOT_FOUND, f"there is nothing at {path}")

    async def _version(self, _: Call) -> Reply:
        return Reply(HTTPStatus.OK, {"version": _own_version()})

    async def _list_proxies(self, _: Call) -> Reply:
        return Reply(HTTPStatus.OK, {name: proxy_document(each) for name, each in self._listeners.by_name.items()})

    async def _create_proxy(self, call: Call) -> Reply:
        listener = await self._listeners.create(listener_ordered(call.body))
        return Reply(HTTPStatus.CREATED, proxy_document(listener))

    async def _show_proxy(self, _: Call, name: str) -> Reply:
        return Reply(HTTPStatus.OK, proxy_document(self._listener(name)))

    async def _change_proxy(self, call: Call, name: str) -> Reply:
        listener = self._listener(name)
        await self._listeners.update(listener, listener_changed(call.body, listener))
        return Reply(HTTPStatus.OK, proxy_document(listener))

    async def _delete_proxy(self, _: Call, name: str) -> Reply:
        self._listeners.delete(self._listener(name).name)
        return Reply(HTTPStatus.NO_CONTENT)

    async def _reset(self, _: Call) -> Reply:
        self._faults.lift_all("reset")
        await self._listeners.enable_all()
        return Reply(HTTPStatus.NO_CONTENT)

    async def _list_faults(self, _: Call) -> Reply:
        known = {**self._faults.lifted, **self._faults.active}
        return Reply(HTTPStatus.OK, {fault_id: _fault_document(each) for fault_id, each in known.items()})

    async def _apply_fault(self, call: Call) -> Reply:
        fault = fault_ordered(call.body, self._now_ns())
        if fault.id in self._faults.active:
            raise RefusedError(HTTPStatus.CONFLICT, f"fault {fault.id!r} is in force already")
        if len(self._faults.active) >= _FAULTS_MAX:
            raise RefusedError(HTTPStatus.TOO_MANY_REQUESTS, f"{_FAULTS_MAX} faults are in force, which is the limit")
        self._faults.apply(fault)
        return Reply(HTTPStatus.CREATED, _fault_document(fault))

    async def _lift_fault(self, _: Call, fault_id: str) -> Reply:
        fault = self._faults.lift(fault_id, "owner")
        if fault is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, f"no fault {fault_id!r} was ever applied here")
        return Reply(HTTPStatus.OK, _fault_document(fault))

    async def _show_hits(self, _: Call, fault_id: str) -> Reply:
        fault = self._faults.active.get(fault_id) or self._faults.lifted.get(fault_id)
        if fault is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, f"no fault {fault_id!r} was ever applied here")
        return Reply(HTTPStatus.OK, _hits_document(fault))

    async def _renew_fault(self, _: Call, fault_id: str) -> Reply:
        if not self._faults.renew(fault_id, self._now_ns()):
            raise RefusedError(HTTPStatus.NOT_FOUND, f"fault {fault_id!r} is not in force: never applied, or lifted")
        return Reply(HTTPStatus.OK, _fault_document(self._faults.active[fault_id]))

    def _listener(self, name: str) -> Listener:
        if name not in self._listeners.by_name:
            raise RefusedError(HTTPStatus.NOT_FOUND, f"proxy not found: {name!r}")
        return self._listeners.by_name[name]


def proxy_document(listener: Listener) -> dict[str, object]:
    """Toxiproxy's shape."""
    return {
        "name": listener.name,
        "listen": str(listener.listen),
        "upstream": str(listener.upstream),
        "enabled": listener.enabled,
        "toxics": [],
    }


def _fault_document(fault: ActiveFault) -> dict[str, object]:
    return {
        "id": fault.id,
        "kind": fault.fault.kind,
        "parameters": asdict(cast("Any", fault.fault)),
        "on": fault.on.as_written(),
        "seed": fault.seed,
        "lease_ms": fault.lease_ns // 1_000_000,
        "seen": fault.seen,
        "hits": fault.hits,
        "unanswered": len(fault.unanswered) + fault.unlogged,
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
        for ordinal, request in fault.unanswered.items()
    ]
    return {"id": fault.id, "hits": fault.hits, "unanswered": unanswered, "more": fault.unlogged}


def _route(text: str, handler: _Handler) -> _Route:
    method, path = text.split(" ")
    return method, re.compile(path.replace("{name}", "([^/]+)")), handler


def _told(error: Exception) -> tuple[HTTPStatus, str]:
    """In Toxiproxy's statuses and words, where it has them: its clients look for both."""
    match error:
        case NameTakenError():
            return HTTPStatus.CONFLICT, f"proxy already exists: {error}"
        case OSError():
            return HTTPStatus.INTERNAL_SERVER_ERROR, f"cannot listen there: {error}"
        case msgspec.DecodeError():
            return HTTPStatus.BAD_REQUEST, f"bad request body: {error}"
        case _:
            return HTTPStatus.BAD_REQUEST, str(error)


def _error(status: HTTPStatus, text: str, **more: str) -> Reply:
    return Reply(status, {"error": text, "status": int(status), **more})


def _own_version() -> str:
    try:
        return version("brownout")
    except PackageNotFoundError:  # run from the sources
        return "0"
