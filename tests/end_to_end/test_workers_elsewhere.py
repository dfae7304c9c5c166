"""Workers that join a run from elsewhere, over real sockets: what they make is what workers started here make."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import psutil
import pytest

from scenarios.hosts.keys import VARIABLE
from slo.history import EventKind, RunFolder, RunStatus, read_events, read_health, read_samples
from tests.end_to_end.commands import brownout, descendants, start_brownout
from tests.end_to_end.waiting import wait_until

pytestmark = pytest.mark.slow

SCENARIO = """\
name: elsewhere
description: A rate that is known before, a sweep, and half of what the sweep finds.
target:
  kind: embedded
  exchange: {service_time: {distribution: exponential, mean: 2ms}}
traffic:
  mix: {order.place: 50, order.cancel: 25, book.read: 25}
  deadline: 5s
  phases:
    - {name: known, for: 3s, open: {rate: 100/s, arrivals: poisson}}
    - {name: sweep, each: 1s, closed: {users: [2, 4]}}
    - {name: found, for: 2s, open: {rate: 50% of capacity}}
stop_when: never
"""

Process = subprocess.Popen[str]
Start = Callable[..., Process]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, "a secret of the run and its workers")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    (tmp_path / "elsewhere.yaml").write_text(SCENARIO)
    return tmp_path


@pytest.fixture
def address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    """Starts ``brownout``; whatever is left of it in the end is killed, with all that it started."""
    started: list[Process] = []

    def start(*arguments: str) -> Process:
        started.append(start_brownout(*arguments, cwd=folder))
        return started[-1]

    yield start
    for process in started:
        with process:
            if process.poll() is None:
                for child in descendants(process.pid):
                    child.kill()
                process.kill()


def start_run(start: Start, address: str, *more: str) -> Process:
    return start("run", "elsewhere.yaml", "--out", "run", "--workers", "2", "--listen", address, "--report-only", *more)


def start_workers(start: Start, address: str, count: int = 2) -> list[Process]:
    return [start("worker", "--master", address) for _ in range(count)]


def ended(process: Process) -> tuple[int, str]:
    _, complaint = process.communicate(timeout=120)
    return process.returncode, complaint


def events(folder: Path, kind: EventKind) -> list[tuple[str, str]]:
    return [
        (event.subject, str(event.detail.get("why")))
        for event in read_events(RunFolder(folder / "run").events)
        if event.kind is kind
    ]


def due(run: RunFolder) -> pl.DataFrame:
    """What was due in the phase whose rate was known before."""
    samples = read_samples(run.samples).filter(pl.col("scheduled_ns") < 3_000_000_000)
    return samples.select("arrival", "worker", "scheduled_ns", "op", "symbol").sort("arrival")


def test_they_make_what_workers_of_this_host_make(folder: Path, address: str, start: Start) -> None:
    workers, run = start_workers(start, address), start_run(start, address)
    code, complaint = ended(run)
    assert code == 0, complaint
    for worker in workers:
        code, said = ended(worker)
        assert (code, said.splitlines()[1:]) == (0, ["the run begins"]), said
    here = brownout("run", "elsewhere.yaml", "--out", "here", "--workers", "2", "--report-only", cwd=folder)
    assert here.code == 0, here.err
    elsewhere, local = RunFolder(folder / "run"), RunFolder(folder / "here")
    assert due(elsewhere).equals(due(local))
    record = elsewhere.read_record()
    assert record.status is RunStatus.COMPLETE
    assert record.scheduled == read_samples(elsewhere.samples).height
    assert [worker.worker for worker in record.joined] == [0, 1]
    assert all(worker.uncertainty_ns > 0 for worker in record.joined)
    assert record.command[-3:] == ["2", "--listen", address]
    assert set(read_health(elsewhere.health)["worker"]) == {0, 1}
    assert "Workers that joined from other hosts" in elsewhere.report_markdown.read_text()
    assert list((folder / "temporary").iterdir()) == []


def running(folder: Path) -> bool:
    """Whether traffic has come in the run folder."""
    return bool(list((folder / "run" / "samples").glob("worker-*-*.parquet")))


def test_one_that_dies_fails_the_run_and_is_named(folder: Path, address: str, start: Start) -> None:
    workers, run = start_workers(start, address), start_run(start, address, "--set", "traffic.phases[0].for=60s")
    wait_until(lambda: running(folder), "the first samples")
    generator = next(each for each in descendants(workers[0].pid) if "scenarios.generator" in each.cmdline())
    os.kill(workers[0].pid, signal.SIGKILL)
    code, complaint = ended(run)
    assert code == 70
    assert "no sign of life for 10 s" in complaint
    ((part, why),) = events(folder, EventKind.RUN_FAILED)
    assert part.startswith(("generator-0@", "generator-1@"))
    assert part in why
    wait_until(lambda: not generator.is_running() or generator.status() == psutil.STATUS_ZOMBIE, "its generator's end")
    code, _ = ended(workers[1])
    assert code == 0, "it was let go"
    judged = json.loads(brownout("judge", "run", "--json", cwd=folder).out)
    assert judged["status"] == "inconclusive"
    assert part in [reason["subject"] for reason in judged["reasons"]]


def test_when_the_run_is_killed_its_workers_end(folder: Path, address: str, start: Start) -> None:
    workers, run = start_workers(start, address), start_run(start, address, "--set", "traffic.phases[0].for=60s")
    wait_until(lambda: running(folder), "the first samples")
    children = [child for worker in workers for child in descendants(worker.pid)]
    run.kill()
    for worker in workers:
        code, complaint = ended(worker)
        assert code == 70
        assert complaint.endswith(f"brownout: --master {address}: the run is gone\n")
    assert psutil.wait_procs(children, timeout=30)[1] == []


def test_one_that_is_interrupted_by_its_own_user_fails_the_run_and_says_so(
    folder: Path, address: str, start: Start
) -> None:
    workers, run = start_workers(start, address), start_run(start, address, "--set", "traffic.phases[0].for=60s")
    wait_until(lambda: running(folder), "the first samples")
    os.kill(workers[0].pid, signal.SIGINT)
    assert ended(workers[0])[0] == 130
    assert ended(run)[0] == 70
    ((_, why),) = events(folder, EventKind.RUN_FAILED)
    assert "interrupted by the user of its host" in why


def test_a_third_is_turned_away_and_so_is_one_without_the_key(
    folder: Path, address: str, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers, run = start_workers(start, address), start_run(start, address)
    wait_until(lambda: running(folder), "the first samples")
    late = start("worker", "--master", address)
    monkeypatch.setenv(VARIABLE, "another secret than that of the run")
    stranger = start("worker", "--master", address, "--within", "1")
    assert ended(late) == (
        69,
        f"joined {address}; waiting for its other workers\n"
        f"brownout: --master {address}: turned away: the run has its 2 workers\n",
    )
    assert ended(stranger) == (
        69,
        f"brownout: --master {address}: whoever listens there is no run with this {VARIABLE}\n",
    )
    assert ended(run)[0] == 0
    assert [ended(worker)[0] for worker in workers] == [0, 0]
    turned_away = {why for _, why in events(folder, EventKind.WORKER_TURNED_AWAY)}
    assert turned_away == {"the run has its 2 workers", "its join key is not the run's"}


def test_too_few_give_the_run_up_and_those_who_came_are_told(folder: Path, address: str, start: Start) -> None:
    (worker,) = start_workers(start, address, 1)
    code, complaint = ended(start_run(start, address, "--join-within", "3"))
    assert code == 69
    assert f"--listen {address}: 1 of 2 workers joined within 3 s" in complaint
    assert ended(worker) == (
        69,
        f"joined {address}; waiting for its other workers\n"
        f"brownout: --master {address}: the run was given up before it began\n",
    )


def test_where_nobody_listens_the_worker_says_so(address: str, start: Start) -> None:
    assert ended(start("worker", "--master", address, "--within", "1")) == (
        69,
        f"brownout: --master {address}: nobody listens there within 1 s\n",
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "smoke", "--join-within", "5"], "--join-within: 5 needs --listen"),
        (["run", "smoke", "--listen", "7070"], "--listen: '7070' must be HOST:PORT"),
        (["worker", "--master", "host"], "--master: 'host' must be HOST:PORT"),
        (["worker", "--master", "host:70700"], "--master: 'host:70700' must be HOST:PORT"),
    ],
)
def test_what_makes_no_sense_is_refused(folder: Path, arguments: list[str], says: str) -> None:
    done = brownout(*arguments, cwd=folder)
    assert done.code == 64
    assert says in done.err


def test_a_port_that_is_taken_is_told(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = brownout("run", "smoke", "--listen", address, "--out", "run", cwd=folder)
    assert done.code == 64
    assert f"--listen: '{address}' cannot be listened at: Address already in use" in done.err


def test_without_a_key_nothing_starts(folder: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    for arguments in (["run", "smoke", "--listen", address], ["worker", "--master", address]):
        done = brownout(*arguments, cwd=folder)
        assert done.code == 64
        assert f"{VARIABLE}: '' must hold the same secret" in done.err
