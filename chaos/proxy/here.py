"""What the connections of one listener see of the faults in force: those of every listener, and its own."""

from collections.abc import Iterator

from chaos.kinds.stream import Direction, Shaping
from chaos.proxy.faults import ActiveFault, FaultsInForce, Hearer, Touch
from chaos.proxy.unanswered import Client
from chaos.selector import Request


class FaultsHere:
    """Passes on to ``connections`` what it hears of. To be closed with its listener."""

    def __init__(self, faults: FaultsInForce, proxy: str) -> None:
        self.active = faults.active
        """All, those of other listeners as well: where it is empty, nothing need be asked."""
        self.on_messages = faults.on_messages
        self.connections: set[Hearer] = set()
        self._faults = faults
        self._proxy = proxy
        faults.hearers.add(self)

    def close(self) -> None:
        self._faults.hearers.discard(self)

    def touch(self, request: Request, client: Client, wall_ns: int) -> Touch | None:
        """Let every fault that selects the request decide on it. None: no fault touches it."""
        touch = Touch()
        for fault, kind in self._faults.on_requests.items():
            if fault.selects(request, self._proxy):
                fault.meet(kind, request, client, wall_ns, touch)
        return touch or None

    def meet(self, fault: ActiveFault) -> None:
        if fault.proxy in (None, self._proxy):
            for connection in list(self.connections):
                connection.meet(fault)

    def shaping(self, direction: Direction) -> Iterator[tuple[ActiveFault, Shaping]]:
        """The faults that shape bytes this way, with how they do."""
        for fault in list(self.active.values()):
            shaping = fault.shaping
            if shaping is not None and shaping.direction is direction and fault.proxy in (None, self._proxy):
                yield fault, shaping
