"""Every arrival that was due is one row with one outcome, whatever happens to the venue, the way to it or the run.

Arrivals come evenly, one every 5 ms, so that all of them are known beforehand: number ``n`` is due at ``n`` times 5 ms.
"""

import json
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import psutil
import pytest
import yaml
from pydantic import JsonValue

from slo.history import EventKind, Outcome, RunFolder, RunStatus, read_events, read_samples
from tests.end_to_end.commands import brownout, descendants, start_brownout
from tests.end_to_end.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

APART_NS = 5_000_000
DUE = 800
SCENARIO: dict[str, JsonValue] = {
    "name": "accounted",
    "description": "Something happens a second after the traffic began.",
    "target": {"kind": "embedded", "exchange": {"service_time": {"distribution": "constant", "mean": "500us"}}},
    "traffic": {
        "mix": {"order.place": 50, "order.cancel": 25, "book.read": 25},
        "timeout": "1500ms",
        "phases": [{"name": "steady", "for": "4s", "open": {"rate": "200/s", "arrivals": "constant"}}],
    },
    "stop_when": "never",
}
NOTHING_SENT = Outcome.DROPPED
LOST = {Outcome.FAILED, Outcome.UNKNOWN}

Deed = Callable[[int], object]
"""What is done to a run in its midst, given the pid of its first process."""


@dataclass(frozen=True)
class Disturbance:
    fault: dict[str, JsonValue] | None = None
    deed: Deed | None = None
    settings: tuple[str, ...] = ()
    seen: frozenset[Outcome] = frozenset({Outcome.OK})
    """Outcomes that the disturbance must have left behind, so that it has disturbed something."""


def fault(kind: str, lasting: str, **parameters: JsonValue) -> dict[str, JsonValue]:
    return {"at": "steady + 1s", "for": lasting, "kind": kind, "with": parameters}


def kill(module: str) -> Deed:
    return lambda pid: process_of(pid, module).kill()


def stop_for_a_second(module: str) -> Deed:
    def stop(pid: int) -> None:
        process = process_of(pid, module)
        process.suspend()
        with pytest.raises(psutil.TimeoutExpired):
            process.wait(1.0)
        process.resume()

    return stop


def tell_the_run(number: signal.Signals) -> Deed:
    return lambda pid: psutil.Process(pid).send_signal(number)


def process_of(pid: int, module: str) -> psutil.Process:
    return next(process for process in descendants(pid) if module in process.cmdline())


WHOLE = {
    "nothing happens": Disturbance(),
    "the target is killed": Disturbance(deed=kill("mock_exchange"), seen=frozenset({Outcome.FAILED})),
    "the target is killed and comes back": Disturbance(fault("kill", "1s"), seen=frozenset({Outcome.FAILED})),
    "the target stands still over the end": Disturbance(fault("pause", "3s"), seen=frozenset(LOST)),
    "the proxy resets connections": Disturbance(fault("abort", "1s", phase="after"), seen=frozenset(LOST)),
    "the proxy swallows everything": Disturbance(fault("black_hole", "3s"), seen=frozenset(LOST)),
    "nothing more can be in flight": Disturbance(
        fault("pause", "1s"), settings=("traffic.in_flight_max=20",), seen=frozenset({Outcome.DROPPED})
    ),
    "the generator is stopped for a second": Disturbance(deed=stop_for_a_second("scenarios.generator")),
    "clients send again": Disturbance(
        fault("abort", "1s", phase="after"), settings=("traffic.retries={policy: naive, attempts: 3}",)
    ),
}
CUT_SHORT = {
    "interrupted": Disturbance(deed=tell_the_run(signal.SIGINT)),
    "terminated": Disturbance(deed=tell_the_run(signal.SIGTERM)),
    "interrupted while the target stands still": Disturbance(fault("pause", "3s"), tell_the_run(signal.SIGINT)),
}


@pytest.mark.parametrize("what", WHOLE)
def test_all_that_is_due_has_an_outcome_when(what: str, tmp_path: Path) -> None:
    folder = run(WHOLE[what], tmp_path)
    samples = accounted(folder, WHOLE[what])
    assert folder.read_record().status is RunStatus.COMPLETE
    assert samples.height == DUE


@pytest.mark.parametrize("what", CUT_SHORT)
def test_all_that_was_due_until_then_has_an_outcome_when_a_run_is(what: str, tmp_path: Path) -> None:
    folder = run(CUT_SHORT[what], tmp_path)
    samples = accounted(folder, CUT_SHORT[what])
    assert folder.read_record().status is RunStatus.INTERRUPTED
    assert 0 < samples.height < DUE


def test_what_a_killed_worker_had_not_stored_is_known_to_be_missing(tmp_path: Path) -> None:
    """The survivor has all of its own arrivals, every second one, and the verdict is inconclusive."""
    folder = run(Disturbance(deed=kill("scenarios.generator")), tmp_path, "--workers", "2")
    record = folder.read_record()
    assert record.status is RunStatus.FAILED
    samples = read_samples(folder.samples)
    assert samples.filter(pl.col("scheduled_ns") != pl.col("arrival") * APART_NS).is_empty()
    assert samples["arrival"].is_unique().all()
    rows = dict(samples.group_by("worker").len().iter_rows())
    (failed,) = [event.subject for event in read_events(folder.events) if event.kind is EventKind.RUN_FAILED]
    survivor = 1 - int(failed.removeprefix("generator-"))
    own = samples.filter(pl.col("worker") == survivor)["arrival"].sort().to_list()
    assert own == list(range(survivor, 2 * rows[survivor], 2))
    judged = json.loads(brownout("judge", folder.path, "--json", cwd=tmp_path).out)
    assert judged["status"] == "inconclusive"
    assert sum(judged["accounting"]["outcomes"].values()) == samples.height


def run(disturbance: Disturbance, cwd: Path, *options: str) -> RunFolder:
    scenario = SCENARIO | {"faults": [disturbance.fault] if disturbance.fault else []}
    (cwd / "accounted.yaml").write_text(yaml.safe_dump(scenario), encoding="utf-8")
    settings = [word for setting in disturbance.settings for word in ("--set", setting)]
    running = start_brownout("run", "accounted.yaml", "--out", "run", *settings, *options, cwd=cwd)
    folder = RunFolder(cwd / "run")
    if disturbance.deed:
        wait_until(lambda: well_under_way(folder, disturbance), "the traffic")
        disturbance.deed(running.pid)
    out, err = running.communicate(timeout=150)
    assert (folder.path / "run.json").exists(), out + err
    return folder


def well_under_way(folder: RunFolder, disturbance: Disturbance) -> bool:
    events = {event.kind for event in read_events(folder.events)} if folder.events.exists() else set()
    if disturbance.fault:
        return EventKind.FAULT_APPLIED in events
    return folder.samples.exists() and any(folder.samples.glob("*.parquet"))


def accounted(folder: RunFolder, disturbance: Disturbance) -> pl.DataFrame:
    """The samples, after checking that they are all arrivals from the first to the last, each once."""
    samples = read_samples(folder.samples).sort("arrival")
    assert samples["arrival"].to_list() == list(range(samples.height))
    assert samples["scheduled_ns"].to_list() == list(range(0, samples.height * APART_NS, APART_NS))
    outcomes = dict(samples["outcome"].cast(pl.String).value_counts().iter_rows())
    assert sum(outcomes.values()) == samples.height == folder.read_record().scheduled
    assert set(outcomes) <= set(Outcome)
    assert disturbance.seen <= set(outcomes), "it was disturbed"
    never_sent = samples.filter(pl.col("outcome") == NOTHING_SENT)
    assert never_sent["sent_ns"].null_count() == never_sent.height
    return samples
