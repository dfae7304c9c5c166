"""Duplicate on a WebSocket: the same is told again, at once or much later."""

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
class WebSocketDuplicate:
    """Passes selected messages on a WebSocket on again, byte for byte, right behind themselves or later."""

    kind: ClassVar[str] = "ws_duplicate"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ("E3", "E5")
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"after_ms": 2_000, "probability": 0.1})

    times: int = parameter("how many times more", default=1, at_least=1, at_most=100)
    after_ms: float = parameter(
        "how long after its arrival a message comes again, past what has come since; 0: at once",
        default=0.0,
        at_least=0,
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
        return MessageTreatment(again=self.times, again_after_ns=round(self.after_ms * _NS_PER_MS))
