"""The control API: Toxiproxy's routes for proxies and toxics, and ours for faults beside them.

Nothing in here waits for a connection: a fault is lifted, and what it held is released, before the answer is written.
"""

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import unquote

from chaos.proxy.answers import REFUSALS, RefusedError, refusal
from chaos.proxy.fault_calls import FaultCalls
from chaos.proxy.faults import FaultsInForce
from chaos.proxy.http_server import Call, Reply
from chaos.proxy.listener import Listeners
from chaos.proxy.metrics import metrics
from chaos.proxy.proxy_calls import ProxyCalls
from chaos.proxy.toxics import Toxics

_Handler = Callable[..., Awaitable[Reply]]
"""Takes the call and the names in its path."""

_Route = tuple[str, re.Pattern[str], _Handler]


class ControlApi:
    """Answers one call at a time; ``now_ns`` is the clock by which leases end, ``seed`` the default of toxics."""

    def __init__(
        self, listeners: Listeners, faults: FaultsInForce, now_ns: Callable[[], int], *, seed: int = 0
    ) -> None:
        self._listeners = listeners
        self._faults = faults
        table: dict[str, _Handler] = {
            **ProxyCalls(listeners, Toxics(faults, seed), faults, now_ns).routes(),
            **FaultCalls(faults, now_ns).routes(),
            "GET /metrics": self._metrics,
        }
        self._routes = [_route(each, handler) for each, handler in table.items()]

    async def answer(self, call: Call) -> Reply:
        try:
            return await self._dispatch(call)
        except REFUSALS as error:
            return refusal(error)

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

    async def _metrics(self, _: Call) -> Reply:
        return metrics(self._listeners.by_name.values(), self._faults)


def _route(text: str, handler: _Handler) -> _Route:
    method, path = text.split(" ")
    return method, re.compile(re.sub(r"{\w+}", "([^/]+)", path)), handler
