"""The facts of a report are those of the samples, computed here again in plain Python."""

import math
from datetime import timedelta

import pytest

from slo.history import Outcome
from slo.report.evidence import Evidence
from slo.report.sections.feed import venue_facts
from slo.report.sections.generator import lag_facts
from slo.report.sections.timeline import phase_facts
from slo.report.sections.vitals import busy_rows, request_rows, vital_facts


def ranked(values: list[float], share: float) -> float:
    return sorted(values)[math.ceil(round(share * len(values), 9)) - 1]


@pytest.mark.parametrize("name", ["warm-up", "sweep", "steady", "surge", "recover"])
def test_a_phase_holds_what_was_due_in_it(driven: Evidence, name: str) -> None:
    rows = [row for row in driven.samples.iter_rows(named=True) if row["phase"] == name]
    ok = [row["response_ms"] for row in rows if row["outcome"] == "ok"]
    facts = next(facts for facts in phase_facts(driven) if facts.name == name)
    assert facts.arrivals == len(rows)
    assert facts.ends.get("ok", 0) == sum(response <= 250 for response in ok)
    assert facts.ends.get("late", 0) == sum(response > 250 for response in ok)
    assert facts.ends.get("shed", 0) == sum(row["outcome"] == "shed" for row in rows)
    assert facts.response_ms_p50 == ranked(ok, 0.5)
    assert facts.response_ms_p99 == ranked(ok, 0.99)


def test_phases_count_every_arrival_once_and_by_one_end(driven: Evidence) -> None:
    phases = list(phase_facts(driven))
    assert sum(facts.arrivals for facts in phases) == driven.record.scheduled
    assert all(sum(facts.ends.values()) == facts.arrivals for facts in phases)


def test_every_outcome_occurs_in_the_run_that_the_tests_look_at(driven: Evidence) -> None:
    assert set(driven.samples["outcome"].unique()) == {outcome.value for outcome in Outcome}


def test_lateness_is_that_of_the_requests_that_were_sent(driven: Evidence) -> None:
    surge = next(facts for facts in lag_facts(driven) if facts.name == "surge")
    rows = [row for row in driven.samples.iter_rows(named=True) if row["phase"] == "surge"]
    lags = [row["lag_ms"] for row in rows if row["sent_ns"] is not None]
    assert (surge.sent, surge.dropped) == (len(lags), sum(row["outcome"] == "dropped" for row in rows))
    assert surge.lag_ms_p99 == ranked(lags, 0.99)
    assert surge.lag_ms_max == max(lags)


@pytest.mark.parametrize("venue", ["alpha", "beta"])
def test_a_venue_is_as_late_as_its_events(fed: Evidence, venue: str) -> None:
    rows = [row for row in fed.samples.iter_rows(named=True) if row["venue"] == venue]
    delays = [row["response_ms"] for row in rows]
    worst = max(rows, key=lambda row: float(row["response_ms"]))
    facts = next(facts for facts in venue_facts(fed) if facts.venue == venue)
    assert facts.events == len(rows)
    assert facts.within == (sum(delay <= 100 for delay in delays), sum(delay <= 1000 for delay in delays))
    assert facts.delay_ms_p99 == ranked(delays, 0.99)
    assert facts.worst_ms == worst["response_ms"]
    since_start = timedelta(microseconds=worst["scheduled_ns"] // 1000)
    assert abs(facts.worst_at - fed.started_at - since_start) < timedelta(microseconds=2)


def test_a_fault_band_reaches_from_its_application_to_its_healing(driven: Evidence) -> None:
    applied = {event.subject: event.at_ns for event in driven.events if event.kind == "fault.applied"}
    healed = {event.subject: event.at_ns for event in driven.events if event.kind == "fault.healed"}
    assert {band.id: (band.start_ns, band.end_ns) for band in driven.faults} == {
        fault: (applied[fault], healed[fault]) for fault in applied
    }


def test_the_steps_of_a_sweep_are_one_band(driven: Evidence) -> None:
    assert [band.name for band in driven.phases] == ["warm-up", "sweep", "steady", "surge", "recover"]


def test_what_a_generator_did_is_that_of_its_seconds(driven: Evidence) -> None:
    seconds = list(driven.health.iter_rows(named=True))
    (facts,) = vital_facts(driven.health)
    assert facts.calls == sum(second["calls"] for second in seconds)
    assert facts.busy_share == pytest.approx(sum(second["busy_ns"] for second in seconds) / (len(seconds) * 1e9))
    assert facts.busy_share_max == pytest.approx(max(second["busy_ns"] for second in seconds) / 1e9)
    assert (facts.stall_ms_max, facts.pool_waits, facts.pool_wait_ms_max) == (40, 3, 2)
    shown = [row["processor"] for row in busy_rows(driven)]
    assert shown == [pytest.approx(second["busy_ns"] / 1e7) for second in seconds]


def test_what_was_sent_again_is_told_beside_what_it_was_for(driven: Evidence) -> None:
    rows = request_rows(driven)
    in_all = sum(float(row["in all"] or 0) * (float(row["end_s"] or 0) - float(row["start_s"] or 0)) for row in rows)
    first = sum(float(row["first"] or 0) * (float(row["end_s"] or 0) - float(row["start_s"] or 0)) for row in rows)
    sent = driven.samples["sent_ns"].count()
    assert first == pytest.approx(sent)
    assert in_all == pytest.approx(sent + 2 * driven.samples.filter(outcome="shed").height)
