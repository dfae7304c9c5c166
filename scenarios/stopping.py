"""Ending a run whose error budget burns too fast: reads what the generator has stored, and asks the judge's watch."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import polars as pl
from pydantic import JsonValue

from scenarios.errors import InvalidScenario, Problem, ScenariosError
from scenarios.model import Scenario, StopWhen
from scenarios.plan import Plan
from slo.burning import Burning, BurnWatch
from slo.history import IN_FLIGHT, SAMPLE_SCHEMA
from slo.objectives import Objective

NS_PER_MS = 1_000_000


class BudgetBurnt(ScenariosError):
    """``stop_when`` has been reached."""

    def __init__(self, burning: Burning) -> None:
        self.burning = burning
        super().__init__(f"{burning.objective} burns {burning.burn_rate:g} times what its target allows")


class StopWatch:
    """Looks at the samples as the generator stores them. ``None`` as a limit watches nothing."""

    def __init__(self, plan: Plan, objectives: Sequence[Objective], samples: Path) -> None:
        self._limit = plan.scenario.stop_when
        self._samples = samples
        self._read: set[Path] = set()
        self._watch: BurnWatch | None = None
        if isinstance(self._limit, StopWhen):
            phases = [phase.record() for phase in plan.phases]
            self._watch = BurnWatch(objectives, Decimal(str(self._limit.burn_rate)), self._limit.over_ns, phases)

    def look(self, now_ns: int) -> None:
        """Raises BudgetBurnt when the limit has been reached by what was stored since the last look."""
        if self._watch is None:
            return
        # First what is in flight: what ends between the two looks is then found as ended, and not lost.
        in_flight = _read_all(sorted(self._samples.glob(f"*{IN_FLIGHT}")))
        fresh = sorted(set(self._samples.glob("*.parquet")) - self._read)
        self._read.update(fresh)
        burning = self._watch.take(_read_all(fresh), in_flight, now_ns)
        if burning is not None:
            raise BudgetBurnt(burning)


def _read_all(files: Sequence[Path]) -> pl.DataFrame:
    return pl.concat(
        [pl.DataFrame(schema=SAMPLE_SCHEMA), *(pl.read_parquet(file).cast(SAMPLE_SCHEMA) for file in files)]
    )


def told(burnt: BudgetBurnt, noticed_ns: int, healed_ns: int) -> dict[str, JsonValue]:
    """What the event says: what burnt, and how long it took from the limit until everything was healed."""
    burning = burnt.burning
    return {
        "burn_rate": burning.burn_rate,
        "bad": burning.bad,
        "total": burning.total,
        "noticed_after_ms": round((noticed_ns - burning.since_ns) / NS_PER_MS, 1),
        "healed_after_ms": round((healed_ns - burning.since_ns) / NS_PER_MS, 1),
    }


def check_reachable(file: str, scenario: Scenario, objectives: Sequence[Objective]) -> None:
    """Raises InvalidScenario for a limit that no objective could reach, were every single event bad."""
    limit = scenario.stop_when
    if not isinstance(limit, StopWhen):
        return
    most = max((1 / (1 - objective.target) for objective in objectives), default=Decimal(0))
    if Decimal(str(limit.burn_rate)) > most:
        rule = f"can never be reached: with every event bad these objectives burn at {most:.6g}; write less, or never"
        raise InvalidScenario(file, [Problem("stop_when.burn_rate", limit.burn_rate, rule)])
