"""Reorder on a WebSocket: messages come in the wrong order."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.draws import Draws
from chaos.ground import Ground
from chaos.kinds.fault import Evidence, MessageTreatment, Seam
from chaos.kinds.leased import applied_by_proxy
from chaos.kinds.parameters import check_parameters, direction_of_messages, parameter, share_of_messages
from chaos.kinds.wire.delay import MS_MAX
from chaos.selector import Selector

_NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class WebSocketReorder:
    """Swaps selected messages on a WebSocket with the next one of their stream."""

    kind: ClassVar[str] = "ws_reorder"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ("E5",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"probability": 0.2})

    within_ms: float = parameter(
        "how long a message waits for the next one; without one it is only late",
        default=1_000.0,
        at_least=1,
        at_most=MS_MAX,
    )
    probability: float = share_of_messages()
    direction: str = direction_of_messages()

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_proxy(self, ground, fault_id, on)

    def message_treatment(self, draws: Draws) -> MessageTreatment | None:
        if not draws.happens(self.probability):
            return None
        return MessageTreatment(swap_within_ns=round(self.within_ms * _NS_PER_MS))
