"""Bandwidth: bytes come through at a limited rate."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import ClassVar

from chaos.kinds.fault import Seam
from chaos.kinds.parameters import parameter
from chaos.kinds.stream import NEVER_NS, Chunk, Cut, Direction, Portion, Shaping, StreamEffect
from chaos.kinds.wire.shaped import Shaped

_SLICE_MS = 20
"""A chunk is passed on in pieces of what the rate lets through in this time: a slow link trickles."""
_NS_PER_MS = 1_000_000


class _Throttle(StreamEffect):
    """A link that is busy with each byte for as long as the rate says."""

    def __init__(self, rate_kb_per_s: int) -> None:
        self._rate = rate_kb_per_s  # kB/s are bytes per millisecond
        self._free_ns = 0

    def shaped(self, chunk: Chunk) -> Iterable[Portion] | Cut:
        if not self._rate:
            return [Portion(NEVER_NS, chunk.data)]
        began_ns = max(chunk.now_ns, self._free_ns)
        self._free_ns = began_ns + self._takes_ns(len(chunk.data))
        return Cut(self._trickle(chunk.data, began_ns))

    def _trickle(self, data: bytes, began_ns: int) -> Iterator[Portion]:
        size = self._rate * _SLICE_MS
        for at in range(0, len(data), size):
            end = min(at + size, len(data))
            yield Portion(began_ns + self._takes_ns(end), data[at:end])

    def _takes_ns(self, length: int) -> int:
        return length * _NS_PER_MS // self._rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Bandwidth(Shaped):
    """Lets the bytes of selected requests or replies through at ``rate_kb_per_s``, on each connection."""

    kind: ClassVar[str] = "bandwidth"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ("E13",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"rate_kb_per_s": 64})

    rate_kb_per_s: int = parameter(
        "rate on each connection, in 1000 bytes per second; 0: nothing passes", at_least=0, at_most=10_000_000
    )

    @property
    def shaping(self) -> Shaping:
        return Shaping(Direction(self.direction), partial(_Throttle, self.rate_kb_per_s))
