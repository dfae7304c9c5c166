"""Who may join a run, how clocks are compared, and what is made of workers that lose something or fall silent."""

import hashlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import JsonValue

from chaos.clock import RunClock
from chaos.ground import Ground
from scenarios.errors import GeneratorFailed, InvalidTarget, TargetUnavailable
from scenarios.generating import Generating
from scenarios.hosts import gathering
from scenarios.hosts.crew import Reached
from scenarios.hosts.gathering import Gathering, Listening, gathered
from scenarios.hosts.keys import JoinKeys
from scenarios.hosts.socket import opened
from scenarios.hosts.words import End, Gone, Leave, Piece, Said, Tell, TurnedAway, Whole
from scenarios.model import load_scenario
from scenarios.plan import plan
from scenarios.targets import LiveTarget
from scenarios.targets.target import Account
from slo.history import EventKind, RunFolder, TargetRecord
from tests.end_to_end.waiting import wait_until
from tests.scenarios.hosts.puppets import KEYS, VERSION, Puppet, Seen, plan_for, run_with

PATIENCE_S = 30.0
DAY_NS = 86_400 * 10**9


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path)


def started(run: Gathering, workers: int) -> list[Reached]:
    return list(run.start([plan_for(number, workers) for number in range(workers)]))


@contextmanager
def generating_with(run: Gathering, folder: RunFolder) -> Iterator[Generating]:
    """What follows the workers of a run, whatever they say."""
    live = LiveTarget(
        base_url="http://192.0.2.1:1",
        record=TargetRecord(kind="url", venue="test"),
        accounts=(Account("k", "s"),),
        ground=Ground(),
        ledger=lambda: None,
        gone=list,
    )
    with Generating(plan(load_scenario("pause"), workers=2), live, folder, "tok", run) as running:
        yield running


def skip_a_number(puppet: Puppet) -> None:
    puppet.seq += 1


def next_of(run: Gathering, worker: Reached) -> dict[str, object] | None:
    """What it says next; None where it is lost."""
    assert list(run.heard([worker], PATIENCE_S)) == [worker]
    return worker.hear(0)  # type: ignore[return-value]


def test_each_is_told_the_start_in_its_own_clock(folder: RunFolder) -> None:
    puppets = [Puppet(host="ahead", clock_ahead_ns=3 * DAY_NS), Puppet(host="behind", clock_ahead_ns=-DAY_NS)]
    with run_with(*puppets, wanted=2, folder=folder) as run:
        workers = started(run, 2)
        clock = RunClock.starting_now()
        run.go(clock)
        joined = {worker.host: worker for worker in run.joined()}
        while not all(puppet.was_told(Tell) for puppet in puppets):
            run.heard(workers, 0.1)
    assert sorted(worker.worker for worker in joined.values()) == [0, 1]
    for puppet in puppets:
        worker, (told,) = joined[puppet.host], puppet.was_told(Tell)
        assert worker.offset_ns is not None
        assert abs(worker.offset_ns - puppet.clock_ahead_ns) <= worker.uncertainty_ns
        assert told == Tell(message={"epoch_monotonic_ns": clock.epoch_monotonic_ns + worker.offset_ns})
        assert worker.drift_ns is not None
        assert abs(worker.drift_ns) <= worker.uncertainty_ns, "it has not drifted"


def test_a_clock_that_runs_away_is_seen_to_drift(folder: RunFolder) -> None:
    puppet = Puppet()
    with run_with(puppet, wanted=1, folder=folder) as run:
        started(run, 1)
        puppet.clock_ahead_ns = 10**9
        (worker,) = run.joined()
    assert worker.drift_ns is not None
    assert abs(worker.drift_ns - 10**9) <= worker.uncertainty_ns
    assert worker.off_ns_max >= 10**9


def test_one_too_many_is_turned_away_while_the_run_goes_on(folder: RunFolder) -> None:
    seen, late = Seen(), Puppet(host="late")
    early = Puppet(host="early")
    with run_with(early, late, wanted=1, folder=folder, seen=seen) as run:
        (worker,) = started(run, 1)
        run.heard([worker], 0.5)
        while not seen.turned_away():
            run.heard([worker], 0.5)
        while not early.was_told(TurnedAway) + late.was_told(TurnedAway):
            run.heard([worker], 0.1)
    ((host, why),) = seen.turned_away()
    assert host in ("early", "late"), "whoever comes first is served"
    assert why == "came too late: the run has its 1 workers"


def test_another_version_is_turned_away_and_keeps_nobody_out(folder: RunFolder) -> None:
    seen, other = Seen(), Puppet(version="9.9.9", host="old")
    with run_with(other, Puppet(), wanted=1, folder=folder, seen=seen) as run:
        (worker,) = started(run, 1)
        while not other.was_told(TurnedAway):
            run.heard([worker], 0.1)
    assert seen.turned_away() == [("old", f"has brownout 9.9.9, and the run {VERSION}: install the same")]


def test_without_the_key_nobody_comes_in(folder: RunFolder) -> None:
    seen, stranger = Seen(), Puppet(keys=JoinKeys.of("another secret, not shared"))
    with (
        pytest.raises(TargetUnavailable, match="0 of 1 workers joined"),
        run_with(stranger, wanted=1, folder=folder, seen=seen, within_s=2),
    ):
        pytest.fail("a stranger came in")
    assert ("", "ended the handshake: no key, another key, or no worker") in seen.turned_away()
    assert stranger.heard == []


def test_a_worker_does_not_speak_to_a_run_without_the_key(folder: RunFolder) -> None:
    """The run's key is not enough: whoever knows it, such as a former worker, must hold a worker's too."""
    half = JoinKeys(master=KEYS.master, worker=JoinKeys.of("another secret, not shared").worker)
    stranger = Puppet(keys=half)
    with (
        pytest.raises(TargetUnavailable),
        run_with(stranger, wanted=1, folder=folder, within_s=2),
    ):
        pytest.fail("half a key opened the door")
    assert stranger.heard == []


def test_too_few_in_time_are_an_error_and_those_who_came_are_sent_home(folder: RunFolder) -> None:
    early = Puppet()
    with (
        pytest.raises(TargetUnavailable, match=r"--listen 127.0.0.1:\d+: 1 of 2 workers joined within 2 s"),
        run_with(early, wanted=2, folder=folder, within_s=2),
    ):
        pytest.fail("began without the second")
    assert early.was_told(Leave)


def test_one_that_leaves_before_the_start_makes_room_for_another(folder: RunFolder) -> None:
    def leave(puppet: Puppet) -> None:
        puppet.say(Gone(why="was interrupted on its host"))
        puppet.silent.set()

    seen, leaving = Seen(), Puppet(host="leaving")
    leaving.to_do.put(leave)
    patient = [Puppet(host="patient", joins_once=lambda: bool(seen.turned_away())) for _ in range(2)]
    with run_with(leaving, *patient, wanted=2, folder=folder, seen=seen) as run:
        started(run, 2)
    assert seen.turned_away() == [("leaving", "left: was interrupted on its host (on leaving)")]
    joined = [event.subject for event in seen.events if event.kind is EventKind.WORKER_JOINED]
    assert joined == ["leaving", "patient", "patient"]


def test_a_frame_that_is_missing_loses_the_worker_and_says_why(folder: RunFolder) -> None:
    puppet = Puppet()
    with run_with(puppet, wanted=1, folder=folder) as run:
        (worker,) = started(run, 1)
        puppet.to_do.put(skip_a_number)
        assert next_of(run, worker) is None
    assert "what it shipped is not as it was sent: frame" in worker.last_words()
    assert "(on elsewhere)" in worker.last_words()


def test_the_last_word_does_not_count_before_the_last_file(folder: RunFolder) -> None:
    def hasty(puppet: Puppet) -> None:
        puppet.say(Piece(file="samples/worker-0-000000.parquet", offset=0), b"part")
        puppet.say(Said(message={"event": "done"}))

    puppet = Puppet()
    with run_with(puppet, wanted=1, folder=folder) as run:
        (worker,) = started(run, 1)
        puppet.to_do.put(hasty)
        assert next_of(run, worker) is None
    assert "the last word came before the last file" in worker.last_words()
    assert list(folder.samples.iterdir()) == []


def test_files_and_words_come_in_their_order(folder: RunFolder) -> None:
    def works(puppet: Puppet) -> None:
        puppet.say(Said(message={"event": "ready"}))
        for offset, part in ((0, b"all "), (4, b"of it")):
            puppet.say(Piece(file="samples/worker-0-000000.parquet", offset=offset), part)
        digest = hashlib.sha256(b"all of it").hexdigest()
        puppet.say(Whole(file="samples/worker-0-000000.parquet", size=9, sha256=digest))
        puppet.say(Said(message={"event": "done"}))

    with run_with(Puppet(begun=works), wanted=1, folder=folder) as run:
        (worker,) = started(run, 1)
        assert next_of(run, worker) == {"event": "done"}
        assert (folder.samples / "worker-0-000000.parquet").read_bytes() == b"all of it"


def test_one_that_falls_silent_is_lost_though_another_is_still_heard(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "SILENT_SECONDS_MAX", 2.0)
    silent, talking = Puppet(host="silent"), Puppet(host="talking")
    with run_with(silent, talking, wanted=2, folder=folder) as run:
        workers = started(run, 2)
        silent.silent.set()
        (lost,) = run.heard(workers, PATIENCE_S)
        assert lost.hear(0) is None
        assert lost.last_words().startswith("nothing has come from it for 2 s")
        (known,) = [worker for worker in run.joined() if worker.drift_ns is not None]
    assert known.host == "talking"


def test_a_run_that_is_busy_keeps_nobody_waiting_and_loses_nothing(folder: RunFolder) -> None:
    """A socket that no longer reads would hear no heartbeats either, and cut off whoever sends them."""

    def talk(puppet: Puppet) -> None:
        for number in range(200):
            puppet.say(Said(message={"number": number}), bytes(128 * 1024))

    puppet = Puppet()
    with run_with(puppet, wanted=1, folder=folder) as run:
        (worker,) = started(run, 1)
        puppet.to_do.put(talk)
        before = puppet.seq
        wait_until(lambda: puppet.seq >= before + 200, "all of it being said while nobody listens")
        assert [next_of(run, worker) for _ in range(200)] == [{"number": number} for number in range(200)]


def test_nothing_is_taken_of_one_that_was_ended(folder: RunFolder) -> None:
    puppet = Puppet()
    with run_with(puppet, wanted=1, folder=folder) as run:
        (worker,) = started(run, 1)
        worker.terminate()
        while not puppet.was_told(Leave):
            run.heard([], 0.1)
        puppet.silent.clear()
        puppet.to_do.put(lambda late: late.say(Piece(file="samples/worker-0-000000.parquet", offset=0), b"late"))
        run.heard([], 0.5)
        assert puppet.to_do.empty()
        worker.terminate()
    assert not folder.samples.exists()
    (leave,) = puppet.was_told(Leave)
    assert isinstance(leave, Leave)
    assert leave.why == "the run ended it before its last word"


def test_one_that_cannot_start_fails_the_run_before_time_zero(folder: RunFolder) -> None:
    declining = Puppet(begun=lambda puppet: puppet.say(Gone(why="has no venue")))
    with (
        run_with(declining, wanted=1, folder=folder) as run,
        pytest.raises(TargetUnavailable, match=r"generator did not start: has no venue \(on elsewhere\)"),
    ):
        started(run, 1)


def test_a_first_word_other_than_ready_fails_the_run_before_time_zero(folder: RunFolder) -> None:
    hasty = Puppet(begun=lambda puppet: puppet.say(Said(message={"event": "done"})))
    with (
        run_with(hasty, wanted=1, folder=folder) as run,
        pytest.raises(TargetUnavailable, match="said 'done' before it was ready"),
    ):
        started(run, 1)


@pytest.mark.parametrize("message", [{}, {"event": "progress", "scheduled": "many"}, {"event": "done"}, {"event": "?"}])
def test_a_line_without_sense_loses_its_sender_and_nobody_else(
    message: dict[str, JsonValue], folder: RunFolder
) -> None:
    senseless, healthy = Puppet(host="senseless"), Puppet(host="healthy")
    with run_with(senseless, healthy, wanted=2, folder=folder) as run, generating_with(run, folder) as running:
        running.go()
        senseless.to_do.put(lambda puppet: puppet.say(Said(message=message)))
        with pytest.raises(GeneratorFailed, match="makes no sense") as failed:
            running.follow(lambda _: None)
        lost = next(worker for worker in run.joined() if worker.host == "senseless")
        assert failed.value.part == f"generator-{lost.worker}"
        healthy.to_do.put(lambda puppet: puppet.say(Gone(why="it was asked to end")))
        with pytest.raises(GeneratorFailed, match="makes no sense"):
            running.end_now()
        assert healthy.was_told(End)


def test_a_frame_too_long_is_not_read_even_before_the_handshake(folder: RunFolder) -> None:
    """The greeting of ZMTP 3.1 (rfc.zeromq.org/spec/37) with CURVE, then a long command frame of 8 GiB."""
    greeting = b"\xff" + bytes(8) + b"\x7f\x03\x01" + b"CURVE".ljust(20, b"\0") + bytes(32)
    announced = b"\x06" + (8 << 30).to_bytes(8, "big")
    with opened("127.0.0.1:0", KEYS) as door:
        host, _, port = door.address.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as stranger:
            stranger.sendall(greeting)
            with pytest.raises((ConnectionResetError, BrokenPipeError)):
                stranger.sendall(announced + bytes(64 << 20))


def test_a_loopback_target_is_refused_to_a_worker_of_another_host(folder: RunFolder) -> None:
    with (
        run_with(Puppet(loopback="another"), wanted=1, folder=folder) as run,
        pytest.raises(InvalidTarget, match="is on this host's loopback, which generator on elsewhere cannot reach"),
    ):
        started(run, 1)


def test_what_is_no_address_of_this_host_is_refused(folder: RunFolder) -> None:
    with (
        pytest.raises(InvalidTarget, match=r"--listen: '203.0.113.9:1' cannot be listened at"),
        gathered(Listening("203.0.113.9:1", KEYS, 1, VERSION), 1, folder, lambda _: None),
    ):
        pytest.fail("listened at an address of nobody")
