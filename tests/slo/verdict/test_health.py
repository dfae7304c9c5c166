"""A generator without a processor or a loop to spare is seen, named, and not held against the venue."""

import polars as pl
import pytest

from slo.history import Stored
from slo.verdict import ReasonKind, Status, Verdict, judge
from tests.slo.building import MS, S, a_record, a_second, an_objective, arrivals, derived, health, together

SLOW_MS = 900
TEN_SECONDS = tuple(a_second(at) for at in range(10))


def verdict_on(samples: pl.DataFrame, seconds: pl.DataFrame) -> Verdict:
    return judge(Stored(a_record(samples), derived(samples), health=seconds), [an_objective()])


def with_seconds(*bad: int, **seen: int) -> pl.DataFrame:
    return health(*(a_second(at, **(seen if at in bad else {})) for at in range(10)))


def kinds(verdict: Verdict) -> set[ReasonKind]:
    return {reason.kind for reason in verdict.reasons}


def test_a_healthy_generator_spoils_nothing_and_is_told_of() -> None:
    verdict = verdict_on(arrivals(400), with_seconds(3, busy_ns=S // 2, stall_ns_max=20 * MS, stalled_ns=40 * MS))
    assert (verdict.status, verdict.reasons) == (Status.MET, [])
    told = verdict.generator
    assert (told.busy_share_max, told.stall_ms_max, told.full_share, told.stalled_share) == (0.5, 20, 0, 0)


def test_an_old_run_is_judged_without() -> None:
    verdict = verdict_on(arrivals(400), health())
    assert (verdict.status, verdict.generator.busy_share_max) == (Status.MET, None)


@pytest.mark.parametrize(("stalled_ms", "spoils"), [(101, True), (99, False)])
def test_long_stalls_in_more_than_a_hundredth_of_the_time_spoil_the_run(stalled_ms: int, *, spoils: bool) -> None:
    seconds = with_seconds(3, stall_ns_max=stalled_ms * MS, stalled_ns=stalled_ms * MS)
    verdict = verdict_on(arrivals(400), seconds)
    assert kinds(verdict) == ({ReasonKind.GENERATOR_STALLED} if spoils else set())
    assert verdict.status is (Status.INCONCLUSIVE if spoils else Status.MET)


def test_short_stalls_do_not_however_many() -> None:
    seconds = with_seconds(*range(10), stall_ns_max=50 * MS, stalled_ns=900 * MS)  # 5 % of the deadline of 1 s
    assert verdict_on(arrivals(400), seconds).reasons == []


@pytest.mark.parametrize(("workers_full", "spoils"), [(1, True), (0, False)])
def test_more_than_a_twentieth_of_the_time_without_a_processor_to_spare_spoils_the_run(
    workers_full: int, *, spoils: bool
) -> None:
    full = [a_second(0, worker=worker, busy_ns=95 * S // 100) for worker in range(workers_full)]
    verdict = verdict_on(arrivals(400), health(*TEN_SECONDS[1:], *full))
    assert kinds(verdict) == ({ReasonKind.GENERATOR_BUSY} if spoils else set())
    assert verdict.status is (Status.INCONCLUSIVE if spoils else Status.MET)


def test_a_short_rest_is_no_full_second() -> None:
    verdict = verdict_on(arrivals(400), health(*TEN_SECONDS, a_second(10, length_s=0.01, busy_ns=S // 100)))
    assert verdict.generator.busy_share_max == 0.1


def test_a_miss_heard_while_the_loop_stood_still_is_not_held_against_the_venue() -> None:
    slow = arrivals(30, start_ns=3 * S, service_ms=SLOW_MS)
    samples = together(arrivals(390, every_ns=MS), slow)
    seconds = with_seconds(3, stall_ns_max=900 * MS, stalled_ns=900 * MS)
    assert verdict_on(samples, with_seconds()).status is Status.MISSED
    verdict = verdict_on(samples, seconds)
    assert verdict.status is verdict.objectives[0].status is Status.INCONCLUSIVE


def test_a_miss_that_was_heard_in_good_seconds_too_stands() -> None:
    slow = [arrivals(30, start_ns=second * S, service_ms=SLOW_MS) for second in (3, 5)]
    samples = together(arrivals(390, every_ns=MS), *slow)
    verdict = verdict_on(samples, with_seconds(3, stall_ns_max=900 * MS, stalled_ns=900 * MS))
    assert verdict.status is verdict.objectives[0].status is Status.MISSED
    assert "Missed also without what came while the generator had no time" in verdict.objectives[0].reason


def test_a_generator_that_both_stalled_and_was_busy_is_told_so_twice_and_spared_once() -> None:
    slow = [arrivals(30, start_ns=second * S, service_ms=SLOW_MS) for second in (3, 5)]
    spoilt = {"stall_ns_max": 900 * MS, "stalled_ns": 900 * MS, "busy_ns": S}
    verdict = verdict_on(together(arrivals(390, every_ns=MS), *slow), with_seconds(3, **spoilt))
    assert kinds(verdict) == {ReasonKind.GENERATOR_STALLED, ReasonKind.GENERATOR_BUSY}
    assert verdict.objectives[0].reason.count("while the generator had no time") == 1


def test_another_workers_bad_second_spares_nothing() -> None:
    samples = together(arrivals(390, every_ns=MS), arrivals(30, start_ns=3 * S, service_ms=SLOW_MS))
    other = a_second(3, worker=1, stall_ns_max=900 * MS, stalled_ns=900 * MS)
    assert verdict_on(samples, health(*TEN_SECONDS, other)).status is Status.MISSED


def test_a_generator_that_lagged_for_want_of_connections_is_told_so() -> None:
    late = together(arrivals(390), arrivals(10, lag_ms=60))
    (_, whole) = verdict_on(late, with_seconds(2, pool_waits=12)).reasons
    assert whole.kind is ReasonKind.GENERATOR_LAGGED
    assert "12 requests waited for a connection" in whole.message
    assert "connections_max" in whole.settled_by
