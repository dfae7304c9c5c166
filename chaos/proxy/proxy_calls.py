"""Toxiproxy's calls for proxies and their toxics, with its answers (api.go and proxy_collection.go there)."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version

import msgspec

from chaos.proxy.address import InvalidAddressError
from chaos.proxy.answers import RefusedError, refusal
from chaos.proxy.faults import FaultsInForce
from chaos.proxy.http_server import Call, Reply
from chaos.proxy.listener import Listener, ListenerOrder, Listeners
from chaos.proxy.orders import MissingFieldError, listener_changed, listener_ordered, listeners_configured
from chaos.proxy.toxics import ToxicBody, ToxicChange, Toxics

TOXIPROXY_VERSION = "2.12.0"
"""Whose API this is. Some clients ask, to tell the second version of the API from the first."""


class ProxyCalls:
    """A reset lifts our faults as well: it is what clients call to be sure that nothing is left."""

    def __init__(self, listeners: Listeners, toxics: Toxics, faults: FaultsInForce, now_ns: Callable[[], int]) -> None:
        self._listeners = listeners
        self._toxics = toxics
        self._faults = faults
        self._now_ns = now_ns

    def routes(self) -> dict[str, Callable[..., Awaitable[Reply]]]:
        return {
            "GET /version": self._version,
            "POST /reset": self._reset,
            "POST /populate": self._populate,
            "GET /proxies": self._list,
            "POST /proxies": self._create,
            "GET /proxies/{name}": self._show,
            "POST /proxies/{name}": self._change,
            "PATCH /proxies/{name}": self._change,
            "DELETE /proxies/{name}": self._delete,
            "GET /proxies/{name}/toxics": self._list_toxics,
            "POST /proxies/{name}/toxics": self._add_toxic,
            "GET /proxies/{name}/toxics/{toxic}": self._show_toxic,
            "POST /proxies/{name}/toxics/{toxic}": self._change_toxic,
            "PATCH /proxies/{name}/toxics/{toxic}": self._change_toxic,
            "DELETE /proxies/{name}/toxics/{toxic}": self._remove_toxic,
        }

    async def _version(self, _: Call) -> Reply:
        return Reply(HTTPStatus.OK, {"version": TOXIPROXY_VERSION, "brownout": _own_version()})

    async def _reset(self, _: Call) -> Reply:
        self._faults.lift_all("reset")
        await self._listeners.enable_all()
        return Reply(HTTPStatus.NO_CONTENT)

    async def _populate(self, call: Call) -> Reply:
        """Everything is checked before anything is changed. What is there as it is asked for is left as it is."""
        done: list[Listener] = []
        try:
            orders = listeners_configured(call.body)
            for order in orders:
                self._listeners.check(order)
            for order in orders:
                done.append(await self._replace(order))  # noqa: PERF401 - an error tells what had been done
        except (MissingFieldError, InvalidAddressError, msgspec.DecodeError, OSError) as error:
            refused = refusal(error)
            told = refused.document if isinstance(refused.document, dict) else {}
            return Reply(refused.status, {**told, "proxies": self._documents(done) or None})
        return Reply(HTTPStatus.CREATED, {"proxies": self._documents(done)})

    async def _replace(self, order: ListenerOrder) -> Listener:
        listener = self._listeners.by_name.get(order.name)
        if listener is not None and listener.is_as(order):
            return listener
        if listener is not None:
            self._remove(listener)
        return await self._listeners.create(order)

    async def _list(self, _: Call) -> Reply:
        return Reply(HTTPStatus.OK, {each.name: self._document(each) for each in self._listeners.by_name.values()})

    async def _create(self, call: Call) -> Reply:
        listener = await self._listeners.create(listener_ordered(call.body))
        return Reply(HTTPStatus.CREATED, self._document(listener))

    async def _show(self, _: Call, name: str) -> Reply:
        return Reply(HTTPStatus.OK, self._document(self._listener(name)))

    async def _change(self, call: Call, name: str) -> Reply:
        listener = self._listener(name)
        await self._listeners.update(listener, listener_changed(call.body, listener))
        return Reply(HTTPStatus.OK, self._document(listener))

    async def _delete(self, _: Call, name: str) -> Reply:
        self._remove(self._listener(name))
        return Reply(HTTPStatus.NO_CONTENT)

    async def _list_toxics(self, _: Call, name: str) -> Reply:
        return Reply(HTTPStatus.OK, [each.document() for each in self._toxics.of(self._listener(name).name)])

    async def _add_toxic(self, call: Call, name: str) -> Reply:
        body = msgspec.json.decode(call.body, type=ToxicBody)
        return Reply(HTTPStatus.OK, self._toxics.add(self._listener(name).name, body, self._now_ns()).document())

    async def _show_toxic(self, _: Call, name: str, toxic: str) -> Reply:
        return Reply(HTTPStatus.OK, self._toxics.get(self._listener(name).name, toxic).document())

    async def _change_toxic(self, call: Call, name: str, toxic: str) -> Reply:
        change = msgspec.json.decode(call.body, type=ToxicChange)
        changed = self._toxics.change(self._listener(name).name, toxic, change, self._now_ns())
        return Reply(HTTPStatus.OK, changed.document())

    async def _remove_toxic(self, _: Call, name: str, toxic: str) -> Reply:
        self._toxics.remove(self._listener(name).name, toxic)
        return Reply(HTTPStatus.NO_CONTENT)

    def _remove(self, listener: Listener) -> None:
        self._toxics.remove_all(listener.name)
        self._listeners.delete(listener.name)

    def _listener(self, name: str) -> Listener:
        if name not in self._listeners.by_name:
            raise RefusedError(HTTPStatus.NOT_FOUND, "proxy not found", name=name)
        return self._listeners.by_name[name]

    def _document(self, listener: Listener) -> dict[str, object]:
        toxics = [each.document() for each in self._toxics.of(listener.name)]
        return {**proxy_document(listener), "enabled": listener.enabled, "toxics": toxics}

    def _documents(self, listeners: list[Listener]) -> list[dict[str, object]]:
        return [self._document(each) for each in listeners]


def proxy_document(listener: Listener) -> dict[str, object]:
    """What a proxy is called, and where it leads."""
    return {"name": listener.name, "listen": str(listener.listen), "upstream": str(listener.upstream)}


def _own_version() -> str:
    try:
        return version("brownout")
    except PackageNotFoundError:  # run from the sources
        return "0"
