"""Slicer: bytes come in small segments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import ClassVar

from chaos.kinds.fault import Seam
from chaos.kinds.parameters import parameter
from chaos.kinds.stream import Chunk, Cut, Direction, Portion, Shaping, StreamEffect
from chaos.kinds.wire.shaped import Shaped

_US_MAX = 60_000_000
_NS_PER_US = 1_000
_APART_NS = 50_000
"""At least: closer together, the kernel would be given several slices in one call, and send them as one."""


class _Slices(StreamEffect):
    """Cuts chunks into slices of about the same size, and leaves time between them."""

    def __init__(self, average: int, variation: int, delay_ns: int) -> None:
        self._least = max(1, average - variation)
        self._spread = average + variation - self._least + 1
        self._apart_ns = max(_APART_NS, delay_ns)
        self._next_ns = 0

    def shaped(self, chunk: Chunk) -> Cut:
        return Cut(self._slices(chunk))

    def _slices(self, chunk: Chunk) -> Iterator[Portion]:
        at = number = 0
        while at < len(chunk.data):
            size = self._least + int(chunk.draws.uniform(f"slice {number}") * self._spread)
            due_ns = max(self._next_ns, chunk.now_ns)
            self._next_ns = due_ns + self._apart_ns
            yield Portion(due_ns, chunk.data[at : at + size])
            at += size
            number += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Slicer(Shaped):
    """Cuts the bytes of selected requests or replies into slices of ``average_bytes``, each sent by itself."""

    kind: ClassVar[str] = "slicer"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ()
    example: ClassVar[Mapping[str, object]] = MappingProxyType(
        {"average_bytes": 64, "variation_bytes": 32, "delay_us": 500}
    )

    average_bytes: int = parameter("mean size of a slice", at_least=1, at_most=1_000_000)
    variation_bytes: int = parameter(
        "how much larger or smaller a slice may be; none is empty", default=0, at_least=0, at_most=1_000_000
    )
    delay_us: int = parameter(
        "time between two slices; below 50 it is 50, or they would leave together",
        default=0,
        at_least=0,
        at_most=_US_MAX,
    )

    @property
    def shaping(self) -> Shaping:
        return Shaping(
            Direction(self.direction),
            partial(_Slices, self.average_bytes, self.variation_bytes, self.delay_us * _NS_PER_US),
        )
