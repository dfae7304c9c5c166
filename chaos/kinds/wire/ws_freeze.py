"""Freeze on a WebSocket: a stream falls silent while its connection looks healthy."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.draws import Draws
from chaos.ground import Ground
from chaos.kinds.fault import Evidence, MessageTreatment, Seam
from chaos.kinds.leased import applied_by_proxy
from chaos.kinds.parameters import check_parameters, direction_of_messages, parameter
from chaos.kinds.stream import NEVER_NS
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class WebSocketFreeze:
    """Withholds all selected messages on a WebSocket, while pings and pongs and other messages pass."""

    kind: ClassVar[str] = "ws_freeze"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ("E4", "E7")
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"on_healing": "discard"})

    on_healing: str = parameter(
        "discard: what was withheld never comes; release: it comes late, all at once and in order; of more than "
        "256 KiB in one stream of one connection the oldest never comes",
        default="discard",
        choices=("discard", "release"),
    )
    direction: str = direction_of_messages()

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_proxy(self, ground, fault_id, on)

    def message_treatment(self, draws: Draws) -> MessageTreatment:  # noqa: ARG002 - what is silent is so altogether
        if self.on_healing == "discard":
            return MessageTreatment(dropped=True)
        return MessageTreatment(hold_ns=NEVER_NS)
