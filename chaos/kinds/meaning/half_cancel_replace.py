"""Half a cancel-replace: one order is to take another's place, and does not."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.ground import Ground
from chaos.kinds.fault import Evidence, Seam
from chaos.kinds.leased import applied_by_venue
from chaos.kinds.parameters import check_parameters, parameter, share_of_requests
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class HalfCancelReplace:
    """Does one half of cancelReplace and refuses the other: 409 with -2021, or 400 with -2022 where the engine refuses
    what is left."""

    kind: ClassVar[str] = "half_cancel_replace"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E17",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"done": "cancel"})

    done: str = parameter(
        "cancel: the old order goes, the new one is refused (-2010); order: the new one comes, whatever the mode, and "
        "the old one stays (-2011)",
        default="cancel",
        choices=("cancel", "order"),
    )
    probability: float = share_of_requests()

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
