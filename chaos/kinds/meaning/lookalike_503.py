"""Look-alike 503s: one status that means several things."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.errors import InvalidFault
from chaos.ground import Ground
from chaos.kinds.fault import Evidence, Seam
from chaos.kinds.leased import applied_by_venue
from chaos.kinds.parameters import check_parameters, parameter, share_of_requests
from chaos.selector import Selector

VARIANTS = ("unknown", "unavailable", "internal", "throttled")


@dataclass(frozen=True, slots=True)
class Lookalike503:
    """Answers requests with 503 of several meanings: one may have been done, the others certainly were not."""

    kind: ClassVar[str] = "lookalike_503"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E2",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"variants": "unknown throttled"})

    variants: str = parameter(
        "some of unknown (-1000: done or not), unavailable and internal (0 and -1001: not done) and throttled "
        "(-1008: not done, and cancels are exempt), divided by spaces or commas; each is drawn alike",
        default="unknown unavailable internal throttled",
    )
    done_probability: float = parameter(
        "share of the unknown ones that the engine does", default=0.5, at_least=0, at_most=1
    )
    probability: float = share_of_requests()

    def __post_init__(self) -> None:
        check_parameters(self)
        names = self.variants.replace(",", " ").split()
        if not names or not set(VARIANTS) >= set(names):
            raise InvalidFault("with.variants", self.variants, f"must be some of {', '.join(VARIANTS)}")

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
