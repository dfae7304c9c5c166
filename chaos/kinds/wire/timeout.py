"""Timeout: bytes disappear, and at last the connection is closed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import ClassVar

from chaos.kinds.fault import Seam
from chaos.kinds.parameters import parameter
from chaos.kinds.stream import Chunk, Direction, Sever, Shaping, StreamEffect
from chaos.kinds.wire.shaped import MS_MAX, NS_PER_MS, Shaped


class _Void(StreamEffect):
    """Swallows everything, and ends the connection some time after it has met it."""

    severs_when_lifted = True

    def __init__(self, after_ns: int) -> None:
        self._after_ns = after_ns
        self._begun = False

    def opened(self, now_ns: int) -> Iterable[Sever]:
        if self._begun or not self._after_ns:
            return ()
        self._begun = True
        return (Sever(now_ns + self._after_ns, reset=False),)

    def shaped(self, chunk: Chunk) -> Iterable[Sever]:
        return self.opened(chunk.now_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeout(Shaped):
    """Swallows selected requests or replies, and closes the connection ``timeout_ms`` later, or on healing.

    Like ``black_hole``, and on connections that do not speak HTTP as well.
    """

    kind: ClassVar[str] = "timeout"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ("E1", "E4")
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"timeout_ms": 5_000})

    timeout_ms: float = parameter(
        "when the connection is closed, counted from the first bytes swallowed; 0: not before healing",
        default=0.0,
        at_least=0,
        at_most=MS_MAX,
    )

    @property
    def shaping(self) -> Shaping:
        return Shaping(Direction(self.direction), partial(_Void, round(self.timeout_ms * NS_PER_MS)), loses=True)
