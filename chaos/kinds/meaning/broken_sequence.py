"""Broken sequence: messages of market streams are missing, come twice, or in the wrong order."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.ground import Ground
from chaos.kinds.channels import MARKET_CHANNELS
from chaos.kinds.fault import Evidence, Seam
from chaos.kinds.leased import applied_by_venue
from chaos.kinds.parameters import check_parameters, parameter, share_of
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class BrokenSequence:
    """Breaks the sequence of market streams: messages are missing, come twice, or after the one that follows them."""

    kind: ClassVar[str] = "broken_sequence"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E5",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"how": "gap", "channel": "depth", "probability": 0.2})

    how: str = parameter(
        "gap: a message is never sent; repeat: it is sent twice; reorder: the next of its stream goes before it",
        default="gap",
        choices=("gap", "repeat", "reorder"),
    )
    channel: str = parameter("which streams; market: all of these", default="depth", choices=MARKET_CHANNELS)
    probability: float = share_of("messages")

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
