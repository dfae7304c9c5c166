"""Starts the generator as a run does, against a responder, and reads all that it leaves behind."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from scenarios.agreement import Agreement
from scenarios.plan import ApiKey, GeneratorPlan, PlannedClosed, PlannedOpen
from scenarios.traffic.windows import Step
from slo.history import Operation, Outcome, read_samples, with_derived_columns

NS_PER_MS = 1_000_000
DEFAULT_MIX = {"order.place": 4, "order.cancel": 2, "order.query": 2, "book.read": 1, "account.read": 1}
LEAD_MS = 100
"""From telling time zero to time zero."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What a generator said, and the samples that it wrote, with derived columns."""

    said: list[dict[str, Any]]
    samples: pl.DataFrame
    exit_code: int
    complaints: str
    rates: dict[str, float]
    """What was agreed on, phase -> arrivals a second."""

    @property
    def done(self) -> dict[str, Any]:
        assert self.said[-1]["event"] == "done"
        return self.said[-1]

    def outcomes(self) -> dict[str, int]:
        return dict(self.samples.group_by("outcome").len().rows())

    def assert_accounted_for(self) -> None:
        """Every arrival once, in one outcome, and the last word agrees with the rows."""
        assert self.exit_code == 0, self.complaints
        assert self.complaints == ""
        assert self.done["scheduled"] == self.samples.height == sum(self.done["outcomes"].values())
        assert self.samples["arrival"].is_unique().all()
        assert {name: number for name, number in self.done["outcomes"].items() if number} == self.outcomes()


class Generator:
    """A generator process that said ``ready``. What it counts is agreed on as in a run that has no other worker."""

    def __init__(self, plan: GeneratorPlan, folder: Path) -> None:
        self.plan = plan
        file = folder / "plan.json"
        file.write_text(plan.model_dump_json(), encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scenarios.generator", str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.said: list[dict[str, Any]] = []
        self.answering = True
        self._agreement = Agreement(plan.phases, workers=1)

    def hear(self) -> dict[str, Any] | None:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            return None
        self.said.append(json.loads(line))
        if self.said[-1]["event"] == "counted":
            self._agree(self.said[-1])
        return self.said[-1]

    def hear_until(self, event: str) -> dict[str, Any]:
        while (said := self.hear()) is not None:
            if said["event"] == event:
                return said
        raise AssertionError(f"no {event!r} was said: {self.said}, {self.finish().complaints}")

    def go(self) -> int:
        """Say when time zero is; returns it."""
        epoch_ns = time.monotonic_ns() + LEAD_MS * NS_PER_MS
        self.say({"epoch_monotonic_ns": epoch_ns})
        return epoch_ns

    def say(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def _agree(self, said: dict[str, Any]) -> None:
        if self.answering:
            agreed = self._agreement.counted(said["phase"], 0, [Step(**step) for step in said["steps"]])
            assert agreed is not None
            self.say(asdict(agreed))

    def terminate(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self._process.kill()

    def stand_still(self, for_s: float) -> None:
        self._process.send_signal(signal.SIGSTOP)
        time.sleep(for_s)
        self._process.send_signal(signal.SIGCONT)

    def finish(self) -> Finished:
        """Wait for the end and collect."""
        while self.hear() is not None:
            pass
        assert self._process.stderr is not None
        complaints = self._process.stderr.read().decode()
        code = self._process.wait(30)
        records = [phase.record() for phase in self.plan.phases]
        samples = with_derived_columns(read_samples(Path(self.plan.samples_dir)), records)
        return Finished(self.said, samples, code, complaints, self._agreement.rates)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()


def plan_of(url: str, folder: Path, phases: Sequence[PlannedOpen | PlannedClosed], **changes: Any) -> GeneratorPlan:
    told: dict[str, Any] = {
        "base_url": url,
        "venue": "test",
        "seed": 1,
        "mix": DEFAULT_MIX,
        "keys": [ApiKey(key="k", secret="s")],
        "phases": list(phases),
        "timeout_ms": 1000,
        "deadline_ms": 500,
        "in_flight_max": 500,
        "samples_dir": str(folder / "samples"),
        "run_token": "tok",
    }
    return GeneratorPlan.model_validate(told | changes)


def open_phase(start_ms: int, end_ms: int, rate: str, name: str = "open", arrivals: str = "constant") -> PlannedOpen:
    return PlannedOpen.model_validate(
        {
            "name": name,
            "start_ns": start_ms * NS_PER_MS,
            "end_ns": end_ms * NS_PER_MS,
            "rate": rate,
            "arrivals": arrivals,
        }
    )


def closed_phase(start_ms: int, end_ms: int, users: int, name: str = "sweep") -> PlannedClosed:
    return PlannedClosed(name=name, start_ns=start_ms * NS_PER_MS, end_ns=end_ms * NS_PER_MS, users=users)


@contextmanager
def generator(plan: GeneratorPlan, folder: Path) -> Iterator[Generator]:
    started = Generator(plan, folder)
    try:
        yield started
    finally:
        started.close()


def generated(plan: GeneratorPlan, folder: Path) -> Finished:
    """From start to end without a disturbance."""
    with generator(plan, folder) as running:
        running.hear_until("ready")
        running.go()
        finished = running.finish()
    finished.assert_accounted_for()
    return finished


ALL_OPERATIONS = {operation.value for operation in Operation if operation is not Operation.FEED_EVENT}
NOTHING = dict.fromkeys((outcome.value for outcome in Outcome), 0)
