"""Chunk latency: bytes arrive late, whatever protocol they speak."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import ClassVar

from chaos.kinds.fault import Seam
from chaos.kinds.parameters import parameter
from chaos.kinds.stream import Chunk, Direction, Portion, Shaping, StreamEffect
from chaos.kinds.wire.shaped import MS_MAX, NS_PER_MS, Shaped


class _Lag(StreamEffect):
    """Each chunk is late by its own delay; one that drew a short one still comes after those before it."""

    def __init__(self, latency_ms: float, jitter_ms: float) -> None:
        self._latency_ms = latency_ms
        self._jitter_ms = jitter_ms

    def shaped(self, chunk: Chunk) -> Iterable[Portion]:
        late_ms = self._latency_ms
        if self._jitter_ms:
            late_ms += self._jitter_ms * (2 * chunk.draws.uniform("jitter") - 1)
        return (Portion(chunk.now_ns + round(max(0.0, late_ms) * NS_PER_MS), chunk.data),)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkLatency(Shaped):
    """Holds each chunk of selected requests or replies for ``latency_ms``, give or take ``jitter_ms``, in its order.

    ``latency`` and ``response_latency`` hold whole requests and replies, in many distributions; this one holds bytes.
    """

    kind: ClassVar[str] = "chunk_latency"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ("E13",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"latency_ms": 100, "jitter_ms": 20})

    latency_ms: float = parameter("mean delay", at_least=0, at_most=MS_MAX)
    jitter_ms: float = parameter(
        "half-width of a uniform spread around it; what would be below 0 is 0", default=0.0, at_least=0, at_most=MS_MAX
    )

    @property
    def shaping(self) -> Shaping:
        return Shaping(Direction(self.direction), partial(_Lag, self.latency_ms, self.jitter_ms))
