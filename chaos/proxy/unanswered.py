"""The requests that a fault has touched and that no marked reply tells of, so that the proxy has to."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol
from weakref import ref

from chaos.selector import Request

_REMEMBERED_MAX = 20_000


class Client(Protocol):
    """Who waits for the reply."""

    @property
    def open(self) -> bool: ...


class _Awaiting(NamedTuple):
    request: Request
    client: "ref[Client]"
    """Not kept alive by what is remembered of it."""
    may_be_lost_on_the_way: bool


class Unanswered:
    """Of one fault. A client that still waits on an open connection may yet be answered: it has lost nothing."""

    def __init__(self) -> None:
        self._awaiting: dict[int, _Awaiting] = {}
        self.unlogged = 0
        """How many more there were than are remembered."""

    def remember(self, ordinal: int, request: Request, client: Client, *, may_be_lost_on_the_way: bool) -> None:
        """``may_be_lost_on_the_way``: that a reply was passed on is then no proof that the client has it."""
        if len(self._awaiting) < _REMEMBERED_MAX:
            self._awaiting[ordinal] = _Awaiting(request, ref(client), may_be_lost_on_the_way)
        else:
            self.unlogged += 1

    def answered(self, ordinal: int) -> None:
        """It has been sent a reply that carries the fault's mark."""
        awaiting = self._awaiting.get(ordinal)
        if awaiting is not None and not awaiting.may_be_lost_on_the_way:
            del self._awaiting[ordinal]

    def lost(self) -> Iterator[tuple[int, Request]]:
        """Those whose reply will not come, or may not, by ordinal."""
        for ordinal, awaiting in self._awaiting.items():
            client = awaiting.client()
            if awaiting.may_be_lost_on_the_way or client is None or not client.open:
                yield ordinal, awaiting.request
