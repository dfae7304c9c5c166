"""How long a fault is felt, by hand: bins of 250 ms, one arrival a millisecond."""

from decimal import Decimal

import polars as pl
import pytest

from slo.capacity import Recovery
from slo.capacity.recovery import nines, recoveries
from slo.history import Event, PhaseRecord
from slo.report.sections.limits.recovery import recovery_sentence
from tests.slo.building import MS, S, a_fault, a_record, applied_and_healed, arrivals, derived, open_phase, together

STEADY = open_phase("steady", 0, 20 * S)
LATE_MS = 1_500


def stretch(from_ms: int, to_ms: int, *, good: bool, fault: str | None = None) -> pl.DataFrame:
    return arrivals(to_ms - from_ms, start_ns=from_ms * MS, service_ms=1 if good else LATE_MS, fault=fault)


def recovery_of(
    *stretches: pl.DataFrame, events: list[Event], phases: list[PhaseRecord] | None = None
) -> tuple[Recovery, ...]:
    samples = together(*stretches)
    phases = phases or [STEADY]
    faults = [a_fault(name) for name in ("pause-1", "pause-2")]
    return recoveries(a_record(samples, phases, faults), derived(samples, phases), events)


def test_recovery_lasts_until_the_last_bin_that_was_not_back() -> None:
    # Applied at 4 s, healed at 5 s; arrivals are late until 6.1 s, so the bin that begins at 6.0 s is not back.
    events = applied_and_healed("pause-1", 4 * S, 5 * S)
    (found,) = recovery_of(
        stretch(0, 4000, good=True), stretch(4000, 6100, good=False), stretch(6100, 20000, good=True), events=events
    )
    assert (found.level_before, found.recovery_s, found.censored_s) == (1.0, 2.25, None)
    assert found.lost == 2100


def test_a_lull_within_the_fault_is_no_recovery() -> None:
    events = applied_and_healed("pause-1", 4 * S, 8 * S)
    (found,) = recovery_of(
        stretch(0, 4000, good=True),
        stretch(4000, 5000, good=False),
        stretch(5000, 7000, good=True),  # eight bins that are back, all before it was healed
        stretch(7000, 8500, good=False),
        stretch(8500, 20000, good=True),
        events=events,
    )
    assert found.recovery_s == 4.5


def test_three_good_bins_are_not_yet_recovery() -> None:
    events = applied_and_healed("pause-1", 4 * S, 5 * S)
    (found,) = recovery_of(
        stretch(0, 4000, good=True),
        stretch(4000, 6000, good=False),
        stretch(6000, 6750, good=True),
        stretch(6750, 7000, good=False),
        stretch(7000, 20000, good=True),
        events=events,
    )
    assert found.recovery_s == 3.0


def test_a_fault_that_nobody_felt_took_no_recovery() -> None:
    steady = stretch(0, 20000, good=True, fault="pause-1")
    (found,) = recovery_of(steady, events=applied_and_healed("pause-1", 4 * S, 5 * S))
    assert (found.recovery_s, found.lost) == (0.0, 0)


def test_a_fault_that_met_nothing_and_lost_nothing_has_no_recovery_to_report() -> None:
    assert recovery_of(stretch(0, 20000, good=True), events=applied_and_healed("pause-1", 4 * S, 5 * S)) == ()


def test_a_fault_healed_just_before_watching_ends_was_watched_too_briefly() -> None:
    events = applied_and_healed("pause-1", 18 * S, 19 * S + S // 2)
    samples = stretch(0, 18000, good=True), stretch(18000, 19500, good=False), stretch(19500, 20000, good=True)
    (found,) = recovery_of(*samples, events=events)
    assert (found.recovery_s, found.too_brief) == (None, True)
    assert "watched too briefly to tell" in recovery_sentence(found)
    assert "not back there" not in recovery_sentence(found)


def test_a_fault_costs_what_it_lost_and_not_all_the_time_it_was_felt() -> None:
    # Felt for 3 s; 6 of the 250 arrivals in each bin are late (2.4 %): 0.072 s of full downtime.
    events = applied_and_healed("pause-1", 4 * S, 7 * S)
    felt = [
        part
        for start in range(4000, 7000, 250)
        for part in (stretch(start, start + 6, good=False), stretch(start + 6, start + 250, good=True))
    ]
    (found,) = recovery_of(stretch(0, 4000, good=True), *felt, stretch(7000, 20000, good=True), events=events)
    assert (found.recovery_s, found.due, found.lost) == (3.0, 3000, 72)
    assert found.downtime_s == pytest.approx(0.072)
    assert "0.072" in recovery_sentence(found)


def test_a_fault_that_was_felt_to_the_end_of_its_phase_is_censored() -> None:
    events = applied_and_healed("pause-1", 4 * S, 5 * S)
    phases = [open_phase("steady", 0, 10 * S), open_phase("surge", 10 * S, 20 * S)]
    (found,) = recovery_of(
        stretch(0, 4000, good=True),
        stretch(4000, 10000, good=False),
        stretch(10000, 20000, good=True),
        events=events,
        phases=phases,
    )
    assert (found.recovery_s, found.censored_s) == (None, 6.0)


def test_a_fault_that_was_never_healed_is_censored() -> None:
    steady = stretch(0, 20000, good=True, fault="pause-1")
    (found,) = recovery_of(steady, events=applied_and_healed("pause-1", 4 * S, None))
    assert (found.recovery_s, found.censored_s) == (None, 16.0)
    assert "never healed" in recovery_sentence(found)


def test_watching_ends_when_the_next_fault_comes() -> None:
    events = applied_and_healed("pause-1", 4 * S, 5 * S) + applied_and_healed("pause-2", 7 * S, 8 * S)
    felt = stretch(4000, 9000, good=False, fault="pause-2")
    first, second = recovery_of(stretch(0, 4000, good=True), felt, stretch(9000, 20000, good=True), events=events)
    assert (first.recovery_s, first.censored_s) == (None, 3.0)
    assert second.level_before == 0.0


def test_the_level_before_is_not_taken_from_the_aftermath_of_another_fault() -> None:
    events = applied_and_healed("pause-1", 4 * S, 5 * S) + applied_and_healed("pause-2", 8 * S, 9 * S)
    _, second = recovery_of(
        stretch(0, 4000, good=True),
        stretch(4000, 6500, good=False),
        stretch(6500, 8000, good=True),
        stretch(8000, 9250, good=False),
        stretch(9250, 20000, good=True),
        events=events,
    )
    assert (second.level_before, second.recovery_s) == (1.0, 1.25)


def test_a_few_bad_ones_in_a_thousand_are_chance() -> None:
    # One of 250 arrivals late in every bin after: 0.4 % is within the one percentage point.
    events = applied_and_healed("pause-1", 4 * S, 5 * S)
    after = [
        stretch(start, start + 250, good=True)
        if offset
        else together(stretch(start, start + 249, good=True), stretch(start + 249, start + 250, good=False))
        for start in range(5000, 20000, 250)
        for offset in [start % 500]
    ]
    (found,) = recovery_of(stretch(0, 4000, good=True), stretch(4000, 5000, good=False), *after, events=events)
    assert found.recovery_s == 1.0


def test_without_arrivals_before_nothing_can_be_said() -> None:
    (found,) = recovery_of(stretch(4000, 20000, good=True), events=applied_and_healed("pause-1", 4 * S, 5 * S))
    assert (found.level_before, found.recovery_s, found.censored_s) == (None, None, None)


def test_faults_that_were_not_applied_have_no_recovery() -> None:
    assert recovery_of(stretch(0, 20000, good=True), events=[]) == ()
    assert nines([]) == ()


def test_each_nine_allows_a_tenth_of_the_faults() -> None:
    # A year has 31,557,600 s; three nines leave 31,557.6 s, and so 10,519.2 faults of 6 s that lose half.
    felt = Recovery("pause-1", "pause", 0, 1, 1.0, 6.0, None, due=10, lost=5)
    free = Recovery("pause-2", "pause", 0, 1, 1.0, 0.0, None, due=0, lost=0)
    censored = Recovery("pause-3", "pause", 0, 1, 1.0, None, 9.0, due=10, lost=5)
    rows = nines([felt, free, censored])
    assert [str(row.availability) for row in rows] == ["0.99", "0.999", "0.9999", "0.99999"]
    assert rows[1].downtime_s_per_year == Decimal("31557.6")
    assert rows[1].faults_per_year == {"pause-1": pytest.approx(10519.2), "pause-2": None, "pause-3": None}
    assert rows[3].faults_per_year["pause-1"] == pytest.approx(105.192)
