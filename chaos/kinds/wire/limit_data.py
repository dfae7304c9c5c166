"""Limit data: a connection ends after so many bytes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import ClassVar

from chaos.kinds.fault import Seam
from chaos.kinds.parameters import parameter
from chaos.kinds.stream import Chunk, Direction, Portion, Sever, Shaping, StreamEffect
from chaos.kinds.wire.shaped import Shaped


class _Allowance(StreamEffect):
    """Counts over the whole connection."""

    def __init__(self, allowed: int) -> None:
        self._left = allowed

    def shaped(self, chunk: Chunk) -> Iterable[Portion | Sever]:
        passed = chunk.data[: self._left]
        self._left -= len(passed)
        if passed:
            yield Portion(chunk.now_ns, passed)
        if not self._left:
            yield Sever(chunk.now_ns, reset=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitData(Shaped):
    """Closes a connection in good order once ``bytes`` of its selected requests or replies have come through."""

    kind: ClassVar[str] = "limit_data"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ("E1",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"bytes": 1_000})

    bytes: int = parameter("how many come through, on each connection", at_least=0, at_most=1_000_000_000_000)

    @property
    def shaping(self) -> Shaping:
        return Shaping(Direction(self.direction), partial(_Allowance, self.bytes), loses=True)
