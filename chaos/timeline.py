"""When which fault is applied and healed. Pure: no clock, no thread, nothing is done here."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chaos.errors import InvalidFault
from chaos.kinds import Fault
from chaos.selector import ALL, Selector


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """``fault``, in force in ``[at_ns, at_ns + for_ns)`` since the run's start."""

    id: str
    at_ns: int
    for_ns: int
    fault: Fault
    on: Selector = ALL

    def __post_init__(self) -> None:
        if self.at_ns < 0:
            raise InvalidFault("at", self.at_ns, "must not lie before the run's start")
        if self.for_ns <= 0:
            raise InvalidFault("for", self.for_ns, "must be longer than nothing")

    @property
    def until_ns(self) -> int:
        return self.at_ns + self.for_ns


class Do(StrEnum):
    """What is done to a planned fault."""

    HEAL = "heal"
    APPLY = "apply"


@dataclass(frozen=True, slots=True)
class Action:
    """Something to be done, ``at_ns`` since the run's start."""

    at_ns: int
    do: Do
    planned: PlannedFault


def actions(planned: Sequence[PlannedFault]) -> list[Action]:
    """All that is to be done, in order. Where a fault ends as another begins, the old one is healed first."""
    _check_ids(planned)
    both = [Action(each.at_ns, Do.APPLY, each) for each in planned]
    both += [Action(each.until_ns, Do.HEAL, each) for each in planned]
    return sorted(both, key=lambda action: (action.at_ns, action.do is Do.APPLY))


def _check_ids(planned: Sequence[PlannedFault]) -> None:
    seen: set[str] = set()
    for each in planned:
        if each.id in seen:
            raise InvalidFault("id", each.id, "is taken: samples and events tell faults apart by it")
        seen.add(each.id)
