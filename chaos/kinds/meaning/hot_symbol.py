"""Hot symbol: one symbol keeps the engine busy, and the others wait behind it."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.ground import Ground
from chaos.kinds.fault import Evidence, Seam
from chaos.kinds.leased import applied_by_venue
from chaos.kinds.parameters import check_parameters, parameter
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class HotSymbol:
    """Makes the engine take longer for the requests of one symbol, which delays those of all others behind them.

    Needs a symbol under ``on``, and an exchange with a service time of its own.
    """

    kind: ClassVar[str] = "hot_symbol"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E15",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"factor": 20.0})

    factor: float = parameter("how many times its usual service time a request takes", at_least=1, at_most=100_000)

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
