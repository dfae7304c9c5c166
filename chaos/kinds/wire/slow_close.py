"""Slow close: the end of a connection is passed on late."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import ClassVar

from chaos.kinds.fault import Seam
from chaos.kinds.parameters import parameter
from chaos.kinds.stream import Decides, Direction, Shaping, StreamEffect
from chaos.kinds.wire.shaped import MS_MAX, NS_PER_MS, Shaped


class _Lingering(StreamEffect):
    """The first end decides: what closes after it waits no longer than that."""

    def __init__(self, delay_ns: int) -> None:
        self._delay_ns = delay_ns
        self._due_ns: int | None = None

    def ended_ns(self, now_ns: int) -> int:
        if self._due_ns is None:
            self._due_ns = now_ns + self._delay_ns
        return self._due_ns


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowClose(Shaped):
    """Holds back the end of each connection for ``delay_ms``: its sender has closed it, and the other does not know.

    A close belongs to no request, so it is decided by connection, and only where ``on`` selects all.
    """

    kind: ClassVar[str] = "slow_close"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ("E20",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"delay_ms": 2_000})

    delay_ms: float = parameter("how long the end is held back", at_least=0, at_most=MS_MAX)

    @property
    def shaping(self) -> Shaping:
        return Shaping(
            Direction(self.direction),
            partial(_Lingering, round(self.delay_ms * NS_PER_MS)),
            decides=Decides.ONLY_AT_THE_END,
        )
