"""Forced disconnect: WebSocket connections are cut at once, whoever they belong to."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.ground import Ground
from chaos.kinds.fault import Evidence, Seam
from chaos.kinds.leased import applied_by_venue
from chaos.kinds.parameters import check_parameters, parameter, share_of
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class ForcedDisconnect:
    """Cuts WebSocket connections, all at once when it begins, and refuses new ones (503) for `refuse_ms`."""

    kind: ClassVar[str] = "forced_disconnect"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E14", "E20")
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"refuse_ms": 500})

    how: str = parameter(
        "drop: without a word; close: with the serverShutdown event and code 1001",
        default="drop",
        choices=("drop", "close"),
    )
    refuse_ms: float = parameter(
        "how long new connections are refused, at most until healing", default=0.0, at_least=0, at_most=3_600_000
    )
    probability: float = share_of("connections")

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
