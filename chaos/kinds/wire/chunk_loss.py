"""Chunk loss: parts of the stream are missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import ClassVar

from chaos.kinds.fault import Seam
from chaos.kinds.parameters import parameter
from chaos.kinds.stream import Chunk, Direction, Portion, Shaping, StreamEffect
from chaos.kinds.wire.shaped import Shaped


class _Gaps(StreamEffect):
    """Losses come in bursts where the next chunk is likelier to be lost after one that was."""

    def __init__(self, loss: float, correlation: float) -> None:
        self._loss = loss
        self._correlation = correlation
        self._lost_last = False

    def shaped(self, chunk: Chunk) -> Iterable[Portion]:
        probability = self._loss + (self._correlation if self._lost_last else 0.0)
        self._lost_last = chunk.draws.happens(probability)
        return () if self._lost_last else (Portion(chunk.now_ns, chunk.data),)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkLoss(Shaped):
    """Drops chunks of selected requests or replies: the TCP stream loses bytes, which is corruption, not packet loss.

    A chunk is what came of one message in one read from the socket.
    """

    kind: ClassVar[str] = "chunk_loss"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ()
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"loss_probability": 0.1})

    loss_probability: float = parameter("share of the chunks that are dropped", at_least=0, at_most=1)
    correlation: float = parameter(
        "added to that for the chunk after one that was dropped", default=0.0, at_least=0, at_most=1
    )

    @property
    def shaping(self) -> Shaping:
        return Shaping(Direction(self.direction), partial(_Gaps, self.loss_probability, self.correlation), loses=True)
