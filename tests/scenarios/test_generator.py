"""The generator process from end to end on real sockets: whatever the venue does, every arrival is accounted for."""

import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from scenarios.traffic.merging import LastWord
from slo.history import Operation
from tests.scenarios.generating import ALL_OPERATIONS, closed_phase, generated, generator, open_phase, plan_of
from tests.scenarios.responder import Action, Answer, Asked, Reset, Responder, Silence, as_a_venue, wait_until

WRITES = [operation.value for operation in Operation if operation.writes]


def at_preparation(asked: Asked) -> bool:
    """What the generator asks before its traffic: all but the account is never asked again."""
    return asked.number < 3


def test_a_sweep_and_a_phase_at_a_share_of_its_capacity(tmp_path: Path) -> None:
    def served_in_5_ms(asked: Asked) -> Action:
        answer = as_a_venue(asked)
        return answer if at_preparation(asked) else Answer(body=answer.body, after_s=0.005)

    phases = (
        closed_phase(0, 400, users=1),
        closed_phase(400, 800, users=4),
        open_phase(800, 1600, "50% of capacity", arrivals="poisson"),
    )
    with Responder(served_in_5_ms) as responder:
        finished = generated(plan_of(responder.url, tmp_path, phases, mix=dict.fromkeys(ALL_OPERATIONS, 1)), tmp_path)
        asked_ids = {asked.query.get("newClientOrderId") for asked in responder.asked if asked.method == "POST"}
    samples = finished.samples
    assert set(finished.outcomes()) == {"ok"}
    assert set(samples["op"].cast(pl.String)) == ALL_OPERATIONS
    assert set(samples["venue"].cast(pl.String)) == {"test"}
    placed = samples.filter(pl.col("op") == "order.place")
    assert asked_ids == {f"bo-tok-{arrival}" for arrival in placed["arrival"]}
    capacity_per_s = LastWord.model_validate(finished.done).capacity_per_s
    assert capacity_per_s is not None
    # Four users of a venue that takes at least 5 ms for each cannot get more than 800 answers a second.
    assert 0 < capacity_per_s <= 800
    assert finished.rates == {"open": pytest.approx(capacity_per_s / 2)}
    progress = [said for said in finished.said if said["event"] == "progress"]
    assert {"sweep", "open"} & {said["phase"] for said in progress}
    assert [said["scheduled"] for said in progress] == sorted(said["scheduled"] for said in progress)


def test_a_rate_that_is_told_late_makes_arrivals_late_and_all_of_them_are_counted(tmp_path: Path) -> None:
    phases = (closed_phase(0, 200, users=1), open_phase(200, 1200, "100% of capacity"))
    with Responder() as responder, generator(plan_of(responder.url, tmp_path, phases), tmp_path) as running:
        running.answering = False
        running.hear_until("ready")
        running.go()
        running.hear_until("counted")
        while running.hear_until("progress")["at_ns"] < 700_000_000:
            pass
        running.say({"phase": "open", "rate_per_s": 50.0})
        finished = running.finish()
    finished.assert_accounted_for()
    arrivals = finished.samples.filter(pl.col("phase") == "open").sort("scheduled_ns")
    assert arrivals["scheduled_ns"].to_list() == [200_000_000 + number * 20_000_000 for number in range(50)]
    assert arrivals["lag_ms"][0] >= 500, "due at 200 ms, and told of only after 700 ms"


def test_a_generator_that_waits_for_a_rate_ends_when_asked(tmp_path: Path) -> None:
    phases = (closed_phase(0, 200, users=1), open_phase(200, 60_000, "100% of capacity"))
    with Responder() as responder, generator(plan_of(responder.url, tmp_path, phases), tmp_path) as running:
        running.answering = False
        running.hear_until("ready")
        running.go()
        running.hear_until("counted")
        running.terminate()
        finished = running.finish()
    finished.assert_accounted_for()
    assert set(finished.samples["phase"]) == {"sweep"}


def test_constant_arrivals_are_all_sent_and_counted_from_when_they_were_due(tmp_path: Path) -> None:
    with Responder() as responder:
        finished = generated(plan_of(responder.url, tmp_path, [open_phase(0, 1000, "200/s")]), tmp_path)
    assert finished.samples["scheduled_ns"].to_list() == [number * 5_000_000 for number in range(200)]
    assert (finished.samples["lag_ms"] >= 0).all()
    assert set(finished.samples["phase"]) == {"open"}


def test_a_stall_is_felt_by_those_who_were_due_meanwhile_and_not_by_the_service_times(tmp_path: Path) -> None:
    """One connection at a time is served, and the venue stands still for a while: a queue that only due times show."""
    turn = threading.Lock()

    def one_at_a_time(asked: Asked) -> Action:
        if at_preparation(asked):
            return as_a_venue(asked)
        with turn:
            if asked.number == 30:
                threading.Event().wait(0.6)
        return as_a_venue(asked)

    phases = [open_phase(0, 1500, "100/s")]
    with Responder(one_at_a_time) as responder:
        plan = plan_of(responder.url, tmp_path, phases, in_flight_max=10, timeout_ms=5000)
        finished = generated(plan, tmp_path)
    answered = finished.samples.filter(pl.col("outcome") == "ok")
    dropped = finished.samples.filter(pl.col("outcome") == "dropped")
    # 0.6 s at 100/s: about 60 were due; 10 may be in flight, the rest is dropped and counted, never sent late.
    assert 30 <= dropped.height <= 65
    assert dropped["sent_ns"].null_count() == dropped["done_ns"].null_count() == dropped.height
    stalled = answered.filter(pl.col("response_ms") > 100)
    assert stalled.height >= 2
    spread = stalled["response_ms"].to_list()
    assert max(spread) >= 550
    assert (answered["response_ms"] >= answered["service_ms"]).all()


def test_whoever_finds_no_connection_free_waits_for_one_in_turn(tmp_path: Path) -> None:
    """Two at a time, 50 ms each, is 40 a second; 100 a second are due, and nobody is dropped or passed by."""

    def slow(asked: Asked) -> Action:
        return as_a_venue(asked) if at_preparation(asked) else replace(as_a_venue(asked), after_s=0.05)

    with Responder(slow) as responder:
        plan = plan_of(responder.url, tmp_path, [open_phase(0, 500, "100/s")], connections_max=2, timeout_ms=5000)
        finished = generated(plan, tmp_path)
        assert responder.connections <= 3, "one that learnt the market, and the two"
    assert finished.outcomes() == {"ok": 50}
    by_turn = finished.samples.sort("arrival")
    assert by_turn["sent_ns"].is_sorted()
    assert by_turn["response_ms"][-1] > 10 * by_turn["service_ms"][-1]


def test_a_response_time_counts_from_when_it_was_due_and_a_service_time_from_when_it_was_sent(tmp_path: Path) -> None:
    """Time zero lies in the past, as after a generator that stood still: lag is visible and never hidden."""
    with Responder() as responder:
        late_ns = 300_000_000
        plan = plan_of(
            responder.url, tmp_path, [open_phase(0, 500, "100/s")], epoch_monotonic_ns=time.monotonic_ns() - late_ns
        )
        with generator(plan, tmp_path) as running:
            finished = running.finish()
    finished.assert_accounted_for()
    first = finished.samples.row(0, named=True)
    assert first["lag_ms"] >= late_ns / 1e6
    assert first["response_ms"] == pytest.approx(first["lag_ms"] + first["service_ms"])
    assert first["service_ms"] < first["lag_ms"]


def test_refused_connections_are_failures_that_nobody_saw(tmp_path: Path) -> None:
    responder = Responder()
    phases = (closed_phase(0, 300, users=2), open_phase(300, 800, "100/s"))
    with generator(plan_of(responder.url, tmp_path, phases), tmp_path) as running:
        running.hear_until("ready")
        responder.close()
        running.go()
        finished = running.finish()
    finished.assert_accounted_for()
    assert set(finished.outcomes()) == {"failed"}
    assert finished.samples["sent_ns"].null_count() == finished.samples.height
    assert finished.samples["done_ns"].null_count() == 0
    closed = finished.samples.filter(pl.col("phase") == "sweep")
    assert closed.height <= 2 * 31, "a refused user looks again after 10 ms and does not spin"


def test_resets_after_the_send_leave_writes_unknown_and_reads_failed(tmp_path: Path) -> None:
    with Responder(lambda asked: as_a_venue(asked) if at_preparation(asked) else Reset()) as responder:
        finished = generated(plan_of(responder.url, tmp_path, [open_phase(0, 600, "100/s")]), tmp_path)
    writes = finished.samples.filter(pl.col("op").cast(pl.String).is_in(WRITES))
    reads = finished.samples.filter(~pl.col("op").cast(pl.String).is_in(WRITES))
    assert set(writes["outcome"].cast(pl.String)) == {"unknown"}
    assert set(reads["outcome"].cast(pl.String)) == {"failed"}


def test_what_the_venue_sheds_and_what_a_fault_touched_is_in_the_samples(tmp_path: Path) -> None:
    def sheds(asked: Asked) -> Action:
        if at_preparation(asked):
            return as_a_venue(asked)
        return Answer(503, b'{"code":-1008,"msg":"overloaded"}', headers=("X-Brownout-Fault: latency-1",))

    with Responder(sheds) as responder:
        finished = generated(plan_of(responder.url, tmp_path, [open_phase(0, 300, "100/s")]), tmp_path)
    row = finished.samples.row(0, named=True)
    assert (row["outcome"], row["status"], row["code"], row["fault"]) == ("shed", 503, -1008, "latency-1")


def test_silence_ends_in_timeouts_after_the_last_phase(tmp_path: Path) -> None:
    with Responder(lambda asked: as_a_venue(asked) if at_preparation(asked) else Silence()) as responder:
        plan = plan_of(responder.url, tmp_path, [open_phase(0, 300, "100/s")], timeout_ms=400)
        finished = generated(plan, tmp_path)
    assert finished.samples.height == 30
    assert set(finished.outcomes()) <= {"unknown", "failed"}
    assert (finished.samples["response_ms"] >= 400).all()


def test_sigterm_in_the_middle_ends_now_and_accounts_for_what_is_in_flight(tmp_path: Path) -> None:
    with Responder(lambda asked: as_a_venue(asked) if at_preparation(asked) else Silence()) as responder:
        phases = (closed_phase(0, 400, users=3), open_phase(400, 60_000, "100/s"))
        plan = plan_of(responder.url, tmp_path, phases, timeout_ms=50_000)
        with generator(plan, tmp_path) as running:
            running.hear_until("ready")
            running.go()
            while running.hear_until("progress")["in_flight"] < 20:
                pass
            running.terminate()
            finished = running.finish()
    finished.assert_accounted_for()
    # Dropped: due at the last moment, and not yet sent.
    assert {"unknown", "failed"} <= set(finished.outcomes()) <= {"unknown", "failed", "dropped"}
    assert finished.samples["done_ns"].null_count() == finished.samples.height
    arrivals = finished.samples.filter(pl.col("phase") == "open")["scheduled_ns"].to_list()
    # Every arrival that was due until the end is there, and none that was not.
    assert arrivals == [400_000_000 + number * 10_000_000 for number in range(len(arrivals))]


def test_a_generator_that_is_killed_leaves_what_it_had_finished_a_while_ago(tmp_path: Path) -> None:
    with Responder() as responder:
        plan = plan_of(responder.url, tmp_path, [open_phase(0, 60_000, "100/s")])
        with generator(plan, tmp_path) as running:
            running.hear_until("ready")
            running.go()
            wait_until(lambda: len(list(tmp_path.glob("samples/*.parquet"))) >= 2)
            running.kill()
            left = running.finish()
    arrivals = sorted(left.samples["arrival"].to_list())
    assert arrivals
    assert arrivals == list(range(len(arrivals)))
    assert set(left.outcomes()) == {"ok"}


def test_a_code_beyond_all_bounds_costs_no_sample(tmp_path: Path) -> None:
    def raves(asked: Asked) -> Action:
        return as_a_venue(asked) if at_preparation(asked) else Answer(400, b'{"code":99999999999,"msg":"?"}')

    with Responder(raves) as responder:
        finished = generated(plan_of(responder.url, tmp_path, [open_phase(0, 300, "100/s")]), tmp_path)
    assert finished.outcomes() == {"failed": 30}
    assert finished.samples["code"].null_count() == 30


def test_sigterm_before_time_zero_ends_with_nothing_scheduled(tmp_path: Path) -> None:
    with (
        Responder() as responder,
        generator(plan_of(responder.url, tmp_path, [open_phase(0, 1000, "9/s")]), tmp_path) as running,
    ):
        running.hear_until("ready")
        running.terminate()
        finished = running.finish()
    finished.assert_accounted_for()
    assert finished.done["scheduled"] == 0


def test_the_same_seed_asks_for_the_same_at_the_same_times(tmp_path: Path) -> None:
    seen = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        with Responder() as responder:
            phases = [open_phase(0, 400, "200/s", arrivals="poisson")]
            samples = generated(plan_of(responder.url, folder, phases), folder).samples
        seen.append(samples.select("arrival", "op", "scheduled_ns").rows())
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [([], 64, "usage:"), (["absent.json"], 64, "absent.json"), (["plan.json"], 69, "exchangeInfo got no answer")],
)
def test_what_cannot_start_says_why(tmp_path: Path, arguments: list[str], code: int, told: str) -> None:
    with Responder() as responder:
        plan = plan_of(responder.url, tmp_path, [open_phase(0, 100, "1/s")])
    (tmp_path / "plan.json").write_text(plan.model_dump_json(), encoding="utf-8")
    paths = [str(tmp_path / argument) for argument in arguments]
    ended = subprocess.run(
        [sys.executable, "-m", "scenarios.generator", *paths], capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == code
    assert told in ended.stderr
    assert ended.stdout == ""
