"""One step of the ladder: a run as any other, at one rate, judged by what its verdict would bear of a generator."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from scenarios.calibration.target import ResponderTarget
from scenarios.model import Scenario
from scenarios.plan import Plan, plan
from scenarios.run import RunSettings, run_scenario
from slo.history import Event, Outcome, RunFolder, read_stored
from slo.verdict import Generator, Reason
from slo.verdict.generator import FULL, generator_of, generator_reasons

FIRST_RATE_PER_S = 500
MIX: dict[str, JsonValue] = {"order.place": 50, "order.cancel": 25, "order.query": 10, "book.read": 10}
"""Of the demo, but for the account, which a responder cannot know."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a rate came to."""

    rate_per_s: int
    scheduled: int
    answered: int
    """Arrivals that were sent and answered well."""
    generator: Generator
    reasons: Sequence[Reason]
    """Why a verdict would not bear it; none where it would."""
    responder_busy_share: float | None

    @property
    def holds(self) -> bool:
        return not self.reasons

    @property
    def responder_was_full(self) -> bool:
        """Then what did not hold says nothing of the generator."""
        return (self.responder_busy_share or 0.0) >= FULL


@dataclass(frozen=True, slots=True)
class Terms:
    """What is the same for all steps."""

    seconds: int = 5
    """How long each rate is tried."""
    deadline: str = "1s"
    """Of the scenarios that are to come: the lag that a verdict bears is a share of it."""
    workers: int = 1


def measured(rate_per_s: int, terms: Terms, settings: RunSettings) -> Step:
    """Poisson arrivals at a rate, into the folder of ``settings``.

    Raises TargetUnavailable, RunFailed and RunInterrupted.
    """
    target = ResponderTarget(terms.workers)
    record = run_scenario(plan(_scenario(rate_per_s, terms), terms.workers), target, settings, _Nobody())
    stored = read_stored(settings.folder)
    generator = generator_of(stored)
    return Step(
        rate_per_s=rate_per_s,
        scheduled=record.scheduled,
        answered=stored.samples.filter(outcome=Outcome.OK.value).height,
        generator=generator,
        reasons=list(generator_reasons(generator)),
        responder_busy_share=target.busy_share,
    )


def _scenario(rate_per_s: int, terms: Terms) -> Scenario:
    rate: JsonValue = {"rate": f"{rate_per_s}/s", "arrivals": "poisson"}
    phase: JsonValue = {"name": "calibration", "for": f"{terms.seconds}s", "open": rate}
    traffic: JsonValue = {"mix": MIX, "phases": [phase], "deadline": terms.deadline}
    return Scenario.model_validate({"name": "calibration", "traffic": traffic, "stop_when": "never"})


class _Nobody:
    """Looks on at a run of which only the end is of interest."""

    def started(self, plan: Plan, folder: RunFolder) -> None:
        """Nothing to tell."""

    def happened(self, event: Event) -> None:
        """Nothing to tell."""

    def progressed(self, progress: dict[str, JsonValue]) -> None:
        """Nothing to tell."""
