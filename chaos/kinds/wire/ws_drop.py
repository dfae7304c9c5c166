"""Drop on a WebSocket: messages never come, and nothing says so."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.draws import Draws
from chaos.ground import Ground
from chaos.kinds.fault import Evidence, MessageTreatment, Seam
from chaos.kinds.leased import applied_by_proxy
from chaos.kinds.parameters import check_parameters, direction_of_messages, share_of_messages
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class WebSocketDrop:
    """Loses selected messages on a WebSocket; the connection and what else is on it go on."""

    kind: ClassVar[str] = "ws_drop"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ("E4", "E5")
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"probability": 0.05})

    probability: float = share_of_messages()
    direction: str = direction_of_messages()

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_proxy(self, ground, fault_id, on)

    def message_treatment(self, draws: Draws) -> MessageTreatment | None:
        return MessageTreatment(dropped=True) if draws.happens(self.probability) else None
