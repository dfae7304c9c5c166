"""Delay on a WebSocket: messages come late, and in their order."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.draws import Draws
from chaos.ground import Ground
from chaos.kinds.fault import Evidence, MessageTreatment, Seam
from chaos.kinds.leased import applied_by_proxy
from chaos.kinds.parameters import direction_of_messages, share_of_messages
from chaos.kinds.wire.delay import Delay
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class WebSocketDelay(Delay):
    """Holds each selected message on a WebSocket for ``latency_ms``; what follows it in its stream waits behind it."""

    kind: ClassVar[str] = "ws_delay"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ("E4",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"latency_ms": 1_500, "jitter_ms": 500})

    probability: float = share_of_messages()
    direction: str = direction_of_messages()

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_proxy(self, ground, fault_id, on)

    def message_treatment(self, draws: Draws) -> MessageTreatment | None:
        return MessageTreatment(hold_ns=self.held_ns(draws)) if draws.happens(self.probability) else None
