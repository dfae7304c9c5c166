"""An objective as the judge reads it: checked, self-contained, with nothing of the file's syntax left."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from slo.objectives.query import Predicate

GroupColumn = Literal["venue", "op", "symbol"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """What counts as an event, and which events are good. Exactly one of ``good`` and ``bad`` is given."""

    total: Predicate
    good: Predicate | None = None
    bad: Predicate | None = None
    group_by: GroupColumn | None = None
    """Judge every value of this column on its own."""

    @property
    def phases(self) -> tuple[str, ...]:
        """Phases that the predicates mention."""
        predicates = (self.total, self.good, self.bad)
        return tuple(sorted({phase for predicate in predicates if predicate for phase in predicate.phases}))


@dataclass(frozen=True, slots=True)
class Objective:
    """One target of one SLO."""

    slo: str
    """``metadata.name`` of the document."""
    name: str
    """The same, with the objective's own name behind it where the SLO has several."""
    description: str
    service: str
    file: str
    """File name, without its folder."""
    target: Decimal
    """Share of good events, in [0, 1), exact."""
    indicator: Indicator
