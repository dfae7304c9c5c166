"""What Toxiproxy calls a proxy: an address that is listened on, and the upstream that its connections go to."""

import asyncio
from dataclasses import dataclass

from chaos.kinds.stream import Direction
from chaos.proxy.address import Address, InvalidAddressError, may_listen
from chaos.proxy.faults import FaultsInForce
from chaos.proxy.here import FaultsHere
from chaos.proxy.link import Link
from chaos.proxy.side import Side, Traffic
from chaos.proxy.timer import Timer

_BACKLOG = 1_024


class Listener:
    """Enabled it listens; disabled it refuses, and its connections have been reset."""

    def __init__(self, name: str, listen: Address, upstream: Address, faults: FaultsInForce, timer: Timer) -> None:
        self.name = name
        self.listen = listen
        """With the port that was given, once it has been enabled; disabling keeps it."""
        self.upstream = upstream
        self.traffic = {direction: Traffic() for direction in Direction}
        self._faults = FaultsHere(faults, name)
        self._timer = timer
        self._links: set[Link] = set()
        self._server: asyncio.Server | None = None

    @property
    def enabled(self) -> bool:
        return self._server is not None

    def is_as(self, order: "ListenerOrder") -> bool:
        """It listens and leads where the order says; port 0 stands for the one that it was given."""
        same_port = order.listen.port in (0, self.listen.port)
        return same_port and order.listen.host == self.listen.host and order.upstream == self.upstream

    async def enable(self) -> None:
        """Raises OSError when the address cannot be listened on."""
        if self._server is not None:
            return
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._accept, self.listen.host, self.listen.port, backlog=_BACKLOG)
        self.listen = Address(self.listen.host, self._server.sockets[0].getsockname()[1])

    def disable(self) -> None:
        """At once: connections are reset, not waited for."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for link in list(self._links):
            link.reset()

    def close(self) -> None:
        """For good."""
        self.disable()
        self._faults.close()

    def _accept(self) -> Side:
        link = Link(self.upstream, self._faults, self._timer, self.traffic, self._forget)
        self._links.add(link)
        self._faults.connections.add(link)
        return link.client

    def _forget(self, link: Link) -> None:
        self._links.discard(link)
        self._faults.connections.discard(link)


@dataclass(frozen=True, slots=True)
class ListenerOrder:
    """A listener as it is asked for; ``enabled`` from the start or later."""

    name: str
    listen: Address
    upstream: Address
    enabled: bool = True


class NameTakenError(ValueError):
    """There is a listener of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is a proxy named {name!r} already")
        self.name = name


class Listeners:
    """All listeners of one proxy process, by name."""

    def __init__(self, faults: FaultsInForce, timer: Timer, *, allow_remote: bool = False) -> None:
        self.by_name: dict[str, Listener] = {}
        self._faults = faults
        self._timer = timer
        self._allow_remote = allow_remote

    async def create(self, order: ListenerOrder) -> Listener:
        """Raises NameTakenError, InvalidAddressError, or OSError when the address cannot be listened on."""
        if order.name in self.by_name:
            raise NameTakenError(order.name)
        self.check(order)
        listener = Listener(order.name, order.listen, order.upstream, self._faults, self._timer)
        try:
            if order.enabled:
                await listener.enable()
        except OSError:
            listener.close()
            raise
        self.by_name[order.name] = listener
        return listener

    async def update(self, listener: Listener, order: ListenerOrder) -> None:
        """Listen elsewhere, lead elsewhere, or switch on and off. Changed addresses reset open connections."""
        self.check(order)
        if (order.listen, order.upstream) != (listener.listen, listener.upstream) or not order.enabled:
            listener.disable()
        listener.listen, listener.upstream = order.listen, order.upstream
        if order.enabled:
            await listener.enable()

    def delete(self, name: str) -> None:
        self.by_name.pop(name).close()

    async def enable_all(self) -> None:
        for listener in list(self.by_name.values()):
            await listener.enable()

    def close(self) -> None:
        for name in list(self.by_name):
            self.delete(name)

    def check(self, order: ListenerOrder) -> None:
        """Raises InvalidAddressError."""
        may_listen(order.listen, self._allow_remote)
        if order.upstream.port == 0:
            raise InvalidAddressError(f"upstream {order.upstream} needs a port")
