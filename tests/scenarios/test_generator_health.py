"""What a real generator writes down of itself: its calls, its stalls, its waits for a connection, second by second."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from scenarios.plan import GeneratorPlan, PlannedOpen
from slo.history import HealthSecond, read_health
from tests.scenarios.generating import Generator, generated, generator, open_phase, plan_of
from tests.scenarios.responder import Action, Answer, Asked, Responder, as_a_venue

MS = 1_000_000
PHASE = open_phase(0, 1300, "100/s")


@pytest.fixture
def venue() -> Iterator[Responder]:
    with Responder() as responder:
        yield responder


def plan_with_health(url: str, folder: Path, phases: Sequence[PlannedOpen] = (PHASE,), **changes: Any) -> GeneratorPlan:
    return plan_of(url, folder, phases, health_file=str(folder / "health" / "worker-0.jsonl"), **changes)


def seconds_in(folder: Path) -> list[HealthSecond]:
    return [HealthSecond.model_validate(row) for row in read_health(folder / "health").iter_rows(named=True)]


def test_seconds_follow_one_another_and_hold_every_call(venue: Responder, tmp_path: Path) -> None:
    finished = generated(plan_with_health(venue.url, tmp_path), tmp_path)
    seconds = seconds_in(tmp_path)
    assert all(earlier.end_ns == later.start_ns for earlier, later in pairwise(seconds))
    assert seconds[0].start_ns <= 0
    assert seconds[-1].end_ns >= max(finished.samples["done_ns"])
    assert all(second.end_ns - second.start_ns >= 0.9e9 for second in seconds[1:-1])
    assert sum(second.calls for second in seconds) == finished.samples.height
    assert 0 < sum(second.busy_ns for second in seconds) <= seconds[-1].end_ns - seconds[0].start_ns
    assert all(second.pool_waits == 0 for second in seconds)


def test_a_request_that_is_sent_again_is_a_call_again(tmp_path: Path) -> None:
    def refuses_every_order_once(asked: Asked) -> Action:
        if asked.method == "POST" and asked.number % 2:
            return Answer(503, b'{"code":-1008,"msg":"Server is currently overloaded."}')
        return as_a_venue(asked)

    with Responder(refuses_every_order_once) as responder:
        plan = plan_with_health(responder.url, tmp_path, mix={"order.place": 1}, retries={"attempts": 5})
        finished = generated(plan, tmp_path)
        posts = sum(asked.method == "POST" for asked in responder.asked)
    assert posts > finished.samples.height
    assert sum(second.calls for second in seconds_in(tmp_path)) == posts


def hear_until_ns(running: Generator, at_ns: int) -> None:
    while running.hear_until("progress")["at_ns"] < at_ns:
        pass


def test_a_generator_that_stood_still_says_for_how_long(venue: Responder, tmp_path: Path) -> None:
    with generator(plan_with_health(venue.url, tmp_path, [open_phase(0, 2000, "100/s")]), tmp_path) as running:
        running.hear_until("ready")
        running.go()
        hear_until_ns(running, 400 * MS)
        running.stand_still(0.3)
        finished = running.finish()
    finished.assert_accounted_for()
    stalls = [second.stall_ns_max for second in seconds_in(tmp_path)]
    assert max(stalls) >= 290 * MS
    assert sum(second.stalled_ns for second in seconds_in(tmp_path)) >= 290 * MS


def test_waits_for_a_connection_are_counted_and_the_longest_is_told(tmp_path: Path) -> None:
    def served_in_50_ms(asked: Asked) -> Action:
        answer = as_a_venue(asked)
        return Answer(body=answer.body, after_s=0.05) if asked.number >= 3 else answer

    with Responder(served_in_50_ms) as responder:
        plan = plan_with_health(responder.url, tmp_path, [open_phase(0, 400, "50/s")], connections_max=1)
        finished = generated(plan, tmp_path)
    seconds = seconds_in(tmp_path)
    # 20 arrivals, of which one is served at a time and none within the 20 ms until the next one is due.
    assert sum(second.pool_waits for second in seconds) == finished.samples.height - 1
    longest_ns = finished.samples.select((finished.samples["sent_ns"] - finished.samples["scheduled_ns"]).max()).item()
    assert max(second.pool_wait_ns_max for second in seconds) == pytest.approx(longest_ns, rel=0.2)
