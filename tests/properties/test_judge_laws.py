"""Laws that hold for every run, whatever happened in it."""

from decimal import Decimal
from fractions import Fraction
from math import comb

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from slo.budget import budget_of
from slo.history import Stored
from slo.objectives.counting import Counted, count_events
from slo.statistics import lower_bound, refutes_target, requests_needed, shows_target, upper_bound
from slo.verdict import Status, judge, merge
from tests.slo.building import S, a_record, an_objective, arrivals, derived, open_phase, together

TARGETS = st.decimals(min_value="0.01", max_value="0.9999", places=4)
COUNTS = st.integers(1, 3_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
RANK = {Status.MISSED: 0, Status.INCONCLUSIVE: 1, Status.MET: 2}
OUTCOMES = ("ok", "throttled", "shed", "failed", "unknown")
A_STRETCH = st.tuples(st.integers(1, 400), st.sampled_from(OUTCOMES), st.sampled_from([1.0, 249.0, 251.0]))
STRETCHES = st.lists(A_STRETCH, min_size=1, max_size=4)


def status(good: int, total: int, target: Decimal) -> Status:
    if shows_target(good, total, target):
        return Status.MET
    return Status.MISSED if refutes_target(good, total, target) else Status.INCONCLUSIVE


def run_of(stretches: list[tuple[int, str, float]]) -> pl.DataFrame:
    return together(
        *(
            arrivals(count, outcome=outcome, service_ms=service_ms, start_ns=position * S)
            for position, (count, outcome, service_ms) in enumerate(stretches)
        )
    )


@given(counts=COUNTS, target=TARGETS)
def test_nothing_is_both_shown_and_refuted(counts: tuple[int, int], target: Decimal) -> None:
    assert not (shows_target(*counts, target) and refutes_target(*counts, target))


@given(counts=COUNTS, target=TARGETS)
def test_an_added_bad_event_never_improves_a_decision(counts: tuple[int, int], target: Decimal) -> None:
    good, total = counts
    assert RANK[status(good, total + 1, target)] <= RANK[status(good, total, target)]


@given(counts=COUNTS, target=TARGETS)
def test_an_added_good_event_never_worsens_a_decision(counts: tuple[int, int], target: Decimal) -> None:
    good, total = counts
    assert RANK[status(good + 1, total + 1, target)] >= RANK[status(good, total, target)]


@given(counts=COUNTS, targets=st.tuples(TARGETS, TARGETS).map(sorted))
def test_a_higher_target_is_never_easier(counts: tuple[int, int], targets: list[Decimal]) -> None:
    lower, higher = targets
    assert RANK[status(*counts, higher)] <= RANK[status(*counts, lower)]


@given(total=st.integers(1, 40), data=st.data(), target=TARGETS)
def test_decisions_are_those_of_exact_fractions(total: int, data: st.DataObject, target: Decimal) -> None:
    good = data.draw(st.integers(0, total))
    p, alpha = Fraction(target), Fraction(1, 20)
    weights = [comb(total, k) * p**k * (1 - p) ** (total - k) for k in range(total + 1)]
    assert shows_target(good, total, target) == (sum(weights[good:]) <= alpha)
    assert refutes_target(good, total, target) == (sum(weights[: good + 1]) < alpha)


@given(counts=COUNTS)
def test_bounds_bracket_the_share(counts: tuple[int, int]) -> None:
    good, total = counts
    assert lower_bound(good, total) <= good / total <= upper_bound(good, total)


@given(counts=COUNTS, target=TARGETS)
def test_displayed_bounds_agree_with_the_decision(counts: tuple[int, int], target: Decimal) -> None:
    step = 2e-9  # what rounding outwards may hide
    if shows_target(*counts, target):
        assert lower_bound(*counts) >= float(target) - step
    else:
        assert lower_bound(*counts) <= float(target) + step


@given(target=st.decimals(min_value="0.5", max_value="0.999", places=3), failures=st.integers(0, 30))
def test_requests_needed_are_the_fewest_that_show_the_target(target: Decimal, failures: int) -> None:
    needed = requests_needed(target, failures)
    assert shows_target(needed - failures, needed, target)
    assert not shows_target(needed - 1 - failures, needed - 1, target)


@given(good=st.integers(0, 5_000), bad=st.integers(0, 5_000), target=TARGETS)
def test_a_budget_adds_up(good: int, bad: int, target: Decimal) -> None:
    budget = budget_of(target, Counted({}, good, good + bad, (), ()))
    assert budget.events_remaining + budget.events_spent == budget.events_allowed == (1 - target) * (good + bad)
    # Overspent if and only if the share of good events is below the target.
    assert (budget.events_remaining < 0) == (Fraction(good) < Fraction(target) * (good + bad))


@settings(max_examples=40)
@given(stretches=STRETCHES, cut_s=st.integers(0, 4))
def test_splitting_a_run_does_not_change_its_counts(stretches: list[tuple[int, str, float]], cut_s: int) -> None:
    samples = derived(run_of(stretches))
    indicator = an_objective(total="op = 'order.place' and outcome <> 'throttled'").indicator
    (whole,) = count_events(indicator, samples)
    early = samples["scheduled_ns"] < cut_s * S
    parts = [count_events(indicator, samples.filter(mask))[0] for mask in (early, ~early)]
    assert whole.good == sum(part.good for part in parts)
    assert whole.total == sum(part.total for part in parts)


@settings(max_examples=40)
@given(stretches=STRETCHES, bad=st.sampled_from(OUTCOMES[1:]), more=st.integers(1, 20))
def test_added_bad_samples_never_improve_a_verdict(
    stretches: list[tuple[int, str, float]], bad: str, more: int
) -> None:
    def status_of(samples: pl.DataFrame) -> Status:
        return judge(Stored(a_record(samples), derived(samples)), [an_objective("0.95")]).objectives[0].status

    before = run_of(stretches)
    after = together(before, arrivals(more, outcome=bad, start_ns=S // 2))
    assert RANK[status_of(after)] <= RANK[status_of(before)]


@settings(max_examples=40)
@given(stretches=STRETCHES)
def test_every_event_is_in_one_phase_and_under_one_fault(stretches: list[tuple[int, str, float]]) -> None:
    samples = derived(run_of(stretches), [open_phase("first", 0, S), open_phase("second", S, 2 * S)])
    (counted,) = count_events(an_objective().indicator, samples)
    for parts in (counted.by_phase, counted.by_fault):
        assert sum(part.total for part in parts) == counted.total
        assert sum(part.bad for part in parts) == counted.bad


@given(statuses=st.lists(st.sampled_from(Status), min_size=1), added=st.sampled_from(Status))
def test_merging_another_status_never_improves_but_for_what_was_worse(statuses: list[Status], added: Status) -> None:
    assert RANK[merge([*statuses, added])] == min(RANK[merge(statuses)], RANK[added])
