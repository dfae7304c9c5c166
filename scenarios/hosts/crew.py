"""The generators of a run as it reaches them: processes of this host, or workers that have joined from others."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from pydantic import JsonValue

from chaos.clock import RunClock
from chaos.guardian import Guardian
from scenarios.plan import GeneratorPlan
from scenarios.processes import CONFIDENTIAL, RunProcess, pin, processor_shares, those_heard
from slo.history import JoinedWorker


class Reached(Protocol):
    """A generator, as the run hears it and speaks to it; see :class:`~scenarios.processes.RunProcess`."""

    @property
    def name(self) -> str: ...

    def tell(self, message: dict[str, JsonValue]) -> None: ...

    def hear(self, seconds_max: float) -> dict[str, JsonValue] | None: ...

    def last_words(self) -> str: ...

    def ask_to_end(self) -> None: ...

    def terminate(self) -> int: ...


class Crew(Protocol):
    """All of them."""

    def start(self, plans: Sequence[GeneratorPlan]) -> Sequence[Reached]:
        """One for each plan, ready for time zero. Raises TargetUnavailable where one is not."""

    def go(self, clock: RunClock) -> None:
        """Tell each when time zero is, by its own clock."""

    def heard(self, those: Sequence[Reached], seconds_max: float) -> Sequence[Reached]:
        """Those of which something can be heard by now, the end included; none when nobody says anything in time."""

    def joined(self) -> list[JoinedWorker]:
        """Who came from elsewhere, and how well its clock is known. Asked once all have said their last words."""

    def end(self) -> None:
        """Have all ended, whatever they do."""


class HostCrew:
    """Processes of this host, each on a processor of its own as far as there are any."""

    def __init__(self, guardian: Guardian, logs: Path) -> None:
        self._guardian, self._logs = guardian, logs
        self._processes: list[RunProcess] = []

    def start(self, plans: Sequence[GeneratorPlan]) -> Sequence[Reached]:
        for plan in plans:
            name = generator_name(plan.worker, len(plans))
            self._processes.append(start_generator(name, plan, self._guardian, self._logs))
        shares = processor_shares(len(plans))[1]
        for process, processors in zip(self._processes, shares, strict=True):
            process.wait_until_ready()
            pin(process.pid, processors)
        return self._processes

    def go(self, clock: RunClock) -> None:
        for process in self._processes:
            process.tell({"epoch_monotonic_ns": clock.epoch_monotonic_ns})

    def heard(self, those: Sequence[Reached], seconds_max: float) -> Sequence[Reached]:
        return those_heard([process for process in self._processes if process in those], seconds_max)

    def joined(self) -> list[JoinedWorker]:
        return []

    def end(self) -> None:
        for process in self._processes:
            process.ask_to_end()
        for process in self._processes:
            process.terminate()


def start_generator(name: str, plan: GeneratorPlan, guardian: Guardian, logs: Path) -> RunProcess:
    """Its plan holds the account's secret, so that it is told it without a file."""
    told = plan.model_dump_json()
    return RunProcess(name, "scenarios.generator", [CONFIDENTIAL], guardian, logs, confidential=told)


def generator_name(number: int, workers: int) -> str:
    """What logs, events and reasons call it."""
    return "generator" if workers == 1 else f"generator-{number}"
