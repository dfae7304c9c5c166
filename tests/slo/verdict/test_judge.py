"""Every judge can fail: met, missed and each way to be inconclusive, reached on purpose."""

from collections.abc import Sequence

import polars as pl
import pytest

from slo.errors import AccountingError
from slo.history import Event, EventKind, FaultRecord, RunStatus, Stored
from slo.objectives import Objective
from slo.verdict import ReasonKind, Status, Verdict, judge, merge
from tests.slo.building import MS, S, a_fault, a_record, an_objective, applied_and_healed, arrivals, derived, together

SLOW_MS = 900


def verdict_on(
    samples: pl.DataFrame,
    *objectives: Objective,
    events: Sequence[Event] = (),
    faults: Sequence[FaultRecord] = (),
    status: RunStatus = RunStatus.COMPLETE,
) -> Verdict:
    record = a_record(samples, faults=faults, status=status)
    return judge(Stored(record, derived(samples), events), objectives or [an_objective()])


def kinds(verdict: Verdict) -> list[ReasonKind]:
    return [reason.kind for reason in verdict.reasons]


def test_met_when_the_lower_bound_reaches_the_target() -> None:
    verdict = verdict_on(arrivals(299))  # 299 is what 99 % takes without a failure
    (objective,) = verdict.objectives
    assert verdict.status is objective.status is Status.MET
    assert verdict.reasons == []
    assert objective.lower_bound is not None
    assert objective.lower_bound >= 0.99
    assert objective.reason == (
        "299 of 299 events were good (100 %): at least 99.003 % with 95 % confidence, and 99 % was asked."
    )


def test_missed_when_the_upper_bound_stays_below_the_target() -> None:
    verdict = verdict_on(together(arrivals(970), arrivals(30, service_ms=SLOW_MS)))
    (objective,) = verdict.objectives
    assert verdict.status is objective.status is Status.MISSED
    assert objective.upper_bound is not None
    assert objective.upper_bound < 0.99
    assert (objective.good, objective.bad, objective.total, objective.sli) == (970, 30, 1000, 0.97)
    assert objective.budget.events_remaining == -20


def test_too_few_requests_show_nothing_and_the_verdict_says_how_many_would() -> None:
    verdict = verdict_on(arrivals(298))
    (objective,) = verdict.objectives
    assert verdict.status is objective.status is Status.INCONCLUSIVE
    assert kinds(verdict) == [ReasonKind.TOO_FEW_REQUESTS]
    assert "even without a failure 99 % takes 299 events" in objective.reason
    assert objective.requests_needed == 299
    assert objective.settled_by is not None
    assert objective.settled_by.startswith("1 more event without another bad one would show it")


def test_bounds_on_either_side_of_the_target_are_inconclusive() -> None:
    verdict = verdict_on(together(arrivals(990), arrivals(10, service_ms=SLOW_MS)))
    (objective,) = verdict.objectives
    assert objective.status is Status.INCONCLUSIVE
    assert "on either side of the target" in objective.reason
    # chi2(0.95; 22) / 2 = 16.96 failures' worth of requests at 1 % is about 1,690 in all.
    assert objective.requests_needed_with_failures == pytest.approx(1_690, abs=10)


def test_no_data_is_not_success() -> None:
    verdict = verdict_on(arrivals(400), an_objective(total="op = 'book.read'"))
    assert kinds(verdict) == [ReasonKind.NO_DATA]
    assert verdict.status is Status.INCONCLUSIVE
    assert verdict.objectives[0].sli is None


def test_an_objective_about_a_phase_that_was_not_run_is_inconclusive() -> None:
    good = "outcome = 'ok' and phase = 'stready'"
    verdict = verdict_on(arrivals(400), an_objective(good=good))
    assert kinds(verdict) == [ReasonKind.NO_SUCH_PHASE]
    assert "phase stready, but the phases of this run are: steady" in verdict.reasons[0].message


def test_no_objectives_are_inconclusive() -> None:
    samples = arrivals(400)
    verdict = judge(Stored(a_record(samples), derived(samples)), [])
    assert (verdict.status, kinds(verdict)) == (Status.INCONCLUSIVE, [ReasonKind.NO_OBJECTIVES])


def test_an_operation_that_never_succeeded_spoils_the_run() -> None:
    verdict = verdict_on(together(arrivals(400), arrivals(3, op="account.read", outcome="failed")))
    assert kinds(verdict) == [ReasonKind.NEVER_SUCCEEDED]
    assert verdict.reasons[0].subject == "account.read at mock"
    assert verdict.status is Status.INCONCLUSIVE


def test_a_fault_that_touched_nothing_spoils_the_run() -> None:
    events = applied_and_healed("pause-1", 5 * MS, 6 * MS)
    verdict = verdict_on(arrivals(400), events=events, faults=[a_fault()])
    assert kinds(verdict) == [ReasonKind.FAULT_TOUCHED_NOTHING]


def test_a_fault_that_touched_something_does_not() -> None:
    events = applied_and_healed("pause-1", 5 * MS, 6 * MS)
    for mark in ("pause-1", "latency-1,pause-1"):
        samples = together(arrivals(400), arrivals(1, fault=mark))
        assert verdict_on(samples, events=events, faults=[a_fault()]).reasons == []


@pytest.mark.parametrize("tried", [True, False])
def test_a_fault_that_was_not_applied_spoils_the_run(tried: bool) -> None:
    events = [Event(at_ns=1, kind=EventKind.FAULT_FAILED, subject="pause-1")] if tried else []
    verdict = verdict_on(arrivals(400), events=events, faults=[a_fault()])
    assert kinds(verdict) == [ReasonKind.FAULT_NOT_APPLIED]
    assert ("could not be applied" in verdict.reasons[0].message) == tried


@pytest.mark.parametrize("status", [status for status in RunStatus if status is not RunStatus.COMPLETE])
def test_a_run_that_did_not_come_to_its_end_is_inconclusive(status: RunStatus) -> None:
    verdict = verdict_on(arrivals(400), status=status)
    assert verdict.status is Status.INCONCLUSIVE
    assert set(kinds(verdict)) == {ReasonKind.RUN_INCOMPLETE}


def test_a_run_that_its_limit_stopped_has_shown_a_miss_where_it_misses_without_what_the_stop_cut_off() -> None:
    burning = together(arrivals(970), arrivals(30, service_ms=SLOW_MS))
    told = {"burn_rate": 300.0, "bad": 30, "total": 1000}
    stop = Event(at_ns=2 * S, kind=EventKind.RUN_ABORTED, subject="order-place", detail=told)
    verdict = verdict_on(burning, status=RunStatus.ABORTED, events=[stop])
    assert verdict.status is Status.MISSED
    assert "Missed also without what the stop cut off" in verdict.objectives[0].reason
    assert verdict.reasons[-1].message == (
        "stop_when ended the run at 2.0 s: order-place burnt 300.0 times what its target allows."
    )


def test_what_the_stop_itself_cut_off_is_not_held_against_the_venue() -> None:
    cut_off = together(arrivals(970), arrivals(30, outcome="unknown", service_ms=None))
    assert verdict_on(cut_off).status is Status.MISSED
    assert verdict_on(cut_off, status=RunStatus.ABORTED).status is Status.INCONCLUSIVE


@pytest.mark.parametrize("left", [["fault slow is still in force"], []])
def test_a_venue_that_is_not_as_it_was_spoils_the_run(left: list[str]) -> None:
    audit = Event(at_ns=1, kind=EventKind.RUN_AUDITED, detail={"left": list(left)})
    verdict = verdict_on(arrivals(400), events=[audit])
    assert kinds(verdict) == ([ReasonKind.FAULT_LEFT] if left else [])
    assert verdict.status is (Status.INCONCLUSIVE if left else Status.MET)


STOPPED_OTHERWISE = [each for each in RunStatus if each not in (RunStatus.COMPLETE, RunStatus.ABORTED)]


@pytest.mark.parametrize("status", STOPPED_OTHERWISE)
def test_a_run_that_we_cut_off_ourselves_blames_nobody(status: RunStatus) -> None:
    bad = together(arrivals(970), arrivals(30, service_ms=SLOW_MS))
    assert verdict_on(bad).status is Status.MISSED
    verdict = verdict_on(bad, status=status)
    assert verdict.status is verdict.objectives[0].status is Status.INCONCLUSIVE


def test_a_late_generator_makes_what_was_met_inconclusive() -> None:
    late = together(arrivals(390), arrivals(10, lag_ms=60))  # 50 ms is 5 % of the deadline of 1 s
    verdict = verdict_on(late)
    assert kinds(verdict) == [ReasonKind.GENERATOR_LAGGED, ReasonKind.GENERATOR_LAGGED]
    assert verdict.objectives[0].status is Status.INCONCLUSIVE
    assert verdict.generator.lag_ms_p99 == 60


def test_a_late_generator_is_no_excuse_for_a_slow_venue() -> None:
    verdict = verdict_on(together(arrivals(390), arrivals(30, lag_ms=60, service_ms=SLOW_MS)))
    assert verdict.status is Status.MISSED
    assert "Missed also without the generator's own lateness" in verdict.objectives[0].reason


def test_a_miss_that_is_the_generators_own_is_not_held_against_the_venue() -> None:
    verdict = verdict_on(together(arrivals(390), arrivals(30, lag_ms=SLOW_MS)))
    assert verdict.objectives[0].bad == 30
    assert verdict.status is Status.INCONCLUSIVE


def test_dropped_arrivals_beyond_one_in_a_thousand_spoil_the_run() -> None:
    dropped = arrivals(2, outcome="dropped", lag_ms=None)
    assert kinds(verdict_on(together(arrivals(1500), dropped)))[-1] is ReasonKind.GENERATOR_DROPPED
    assert verdict_on(together(arrivals(2500), dropped)).reasons == []


def test_samples_that_do_not_add_up_are_our_own_error() -> None:
    samples = arrivals(400)
    record = a_record(samples, scheduled=401)
    with pytest.raises(AccountingError, match="401 arrivals were scheduled, but there are 400 samples"):
        judge(Stored(record, derived(samples)), [an_objective()])


def test_a_repeated_arrival_is_our_own_error() -> None:
    samples = pl.concat([arrivals(400), arrivals(1)])
    with pytest.raises(AccountingError, match="1 samples repeat an arrival"):
        verdict_on(samples)


def test_a_sample_without_outcome_is_our_own_error() -> None:
    samples = arrivals(3).with_columns(outcome=pl.lit(None, dtype=arrivals(1).schema["outcome"]))
    with pytest.raises(AccountingError, match="3 samples have no outcome"):
        verdict_on(samples)


def test_a_run_that_was_killed_counts_what_could_be_saved() -> None:
    samples = arrivals(400)
    record = a_record(samples, status=RunStatus.RUNNING, scheduled=0)
    verdict = judge(Stored(record, derived(samples)), [an_objective()])
    assert (verdict.accounting.scheduled, verdict.accounting.rows) == (0, 400)
    assert verdict.status is Status.INCONCLUSIVE


def test_a_run_without_samples_is_inconclusive() -> None:
    verdict = verdict_on(arrivals(0))
    assert (verdict.status, kinds(verdict)) == (Status.INCONCLUSIVE, [ReasonKind.NO_DATA])


def test_every_venue_has_its_own_objective() -> None:
    samples = together(arrivals(300, venue="coinbase"), arrivals(300, venue="binance", service_ms=SLOW_MS))
    verdict = verdict_on(samples, an_objective(group_by="venue"))
    assert [(one.name, one.group, one.status) for one in verdict.objectives] == [
        ("order-place (binance)", {"venue": "binance"}, Status.MISSED),
        ("order-place (coinbase)", {"venue": "coinbase"}, Status.MET),
    ]
    assert verdict.status is Status.MISSED


def test_statuses_merge_to_the_worst_that_is_known() -> None:
    assert merge([Status.MET, Status.INCONCLUSIVE, Status.MISSED]) is Status.MISSED
    assert merge([Status.MET, Status.INCONCLUSIVE]) is Status.INCONCLUSIVE
    assert merge([Status.MET, Status.MET]) is Status.MET
    assert merge([]) is Status.INCONCLUSIVE


def test_the_verdict_reads_back_from_its_json() -> None:
    verdict = verdict_on(together(arrivals(970), arrivals(30, service_ms=SLOW_MS, fault="pause-1")))
    assert Verdict.model_validate_json(verdict.to_json()) == verdict
    assert '"target": "0.99"' in verdict.to_json()


def test_latency_is_that_of_raw_values() -> None:
    samples = together(arrivals(98, service_ms=1), arrivals(2, service_ms=70, lag_ms=3))
    (latency,) = verdict_on(samples).latency
    assert (latency.response_ms_p50, latency.response_ms_p99, latency.response_ms_max) == (1, 73, 73)
    assert (latency.service_ms_p50, latency.service_ms_p99) == (1, 70)
    assert latency.response_ms_p99_upper is None  # it takes 299
