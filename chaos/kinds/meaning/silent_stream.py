"""Silent stream: channels say nothing, while pings are answered and REST is healthy."""

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
class SilentStream:
    """Keeps streams silent on connections that live, answer pings and stay open, while REST is what it always is."""

    kind: ClassVar[str] = "silent_stream"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E7",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"channel": "user_data", "on_healing": "lost"})

    channel: str = parameter(
        "which streams; market: all market streams; user_data: the private ones; all: both",
        default="all",
        choices=("all", "user_data", *MARKET_CHANNELS),
    )
    on_healing: str = parameter(
        "catch_up: what was not said is said then, in its order, up to the last 10,000 messages; lost: it never is",
        default="catch_up",
        choices=("catch_up", "lost"),
    )
    probability: float = share_of("messages")

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
