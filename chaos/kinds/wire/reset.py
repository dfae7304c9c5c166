"""Reset: connections are reset while they are open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import ClassVar

from chaos.kinds.fault import Seam
from chaos.kinds.parameters import parameter
from chaos.kinds.stream import Chunk, Decides, Direction, Sever, Shaping, StreamEffect
from chaos.kinds.wire.shaped import MS_MAX, NS_PER_MS, Shaped


class _Reset(StreamEffect):
    """Once, some time after it has met its connection; from then on nothing passes."""

    def __init__(self, after_ns: int) -> None:
        self._after_ns = after_ns
        self._begun = False

    def opened(self, now_ns: int) -> Iterable[Sever]:
        if self._begun:
            return ()
        self._begun = True
        return (Sever(now_ns + self._after_ns, reset=True),)

    def shaped(self, chunk: Chunk) -> Iterable[Sever]:
        return self.opened(chunk.now_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset(Shaped):
    """Resets connections: those open when it is applied, and those that a selected request, or its reply, passes.

    Of connections that are open only where ``on`` selects all: there is nothing else to select them by.
    """

    kind: ClassVar[str] = "reset"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ("E1", "E20")
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"after_ms": 0})

    after_ms: float = parameter(
        "how long after that; nothing passes meanwhile", default=0.0, at_least=0, at_most=MS_MAX
    )

    @property
    def shaping(self) -> Shaping:
        return Shaping(
            Direction(self.direction),
            partial(_Reset, round(self.after_ms * NS_PER_MS)),
            decides=Decides.ALSO_AT_ONCE,
            loses=True,
        )
