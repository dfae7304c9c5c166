"""What the workers of a run agree on: the capacity that they found together, and the rates that follow. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.plan import PlannedOpen, PlannedPhase
from scenarios.traffic.windows import Step, Sweep, together


@dataclass(frozen=True, slots=True)
class Agreed:
    """How many arrivals a second all workers make together in an open phase."""

    phase: str
    rate_per_s: float


class Agreement:
    """Collects what each worker counted in its closed steps until all have said it, for each rate that follows from it.

    ``rates`` are those that are settled: phase -> arrivals a second.
    """

    def __init__(self, phases: Sequence[PlannedPhase], workers: int) -> None:
        self._open = {phase.name: phase for phase in phases if isinstance(phase, PlannedOpen)}
        self._workers = workers
        self._counted: dict[str, dict[int, Sequence[Step]]] = {}
        self.rates: dict[str, float] = {}

    def awaits(self, phase: str) -> bool:
        """Whether the plan has such an open phase."""
        return phase in self._open

    def counted(self, phase: str, worker: int, steps: Sequence[Step]) -> Agreed | None:
        """What a worker counted before ``phase``; gives what was agreed on with the last worker that says so."""
        known = self._counted.setdefault(phase, {})
        known[worker] = steps
        if len(known) < self._workers:
            return None
        planned = self._open[phase]
        capacity_per_s = Sweep(together(list(known.values()))).capacity_per_s(planned.start_ns)
        self.rates[phase] = planned.rate.resolved(capacity_per_s)
        return Agreed(phase, self.rates[phase])
