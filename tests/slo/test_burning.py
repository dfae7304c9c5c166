"""The burn rate of a run that goes on: figures by hand, and that it does not matter in which pieces it is told."""

from decimal import Decimal
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slo.burning import Burning, BurnWatch
from tests.slo.building import MS, S, an_objective, arrivals, open_phase, together

NOTHING = arrivals(0)


def watch(burn_rate: str = "50", over_ns: int = 2 * S, target: str = "0.999") -> BurnWatch:
    return BurnWatch([an_objective(target)], Decimal(burn_rate), over_ns, [open_phase()])


def test_a_budget_that_burns_too_fast_is_told_with_when_it_began_to() -> None:
    """At 100/s, from 5 s on all bad. A burn rate of 50 at 99.9 % is 5 % bad, 10 of the 200 events of 2 s: the tenth bad
    one is due at 5.09 s and known 1 ms later.
    """
    good = arrivals(500, every_ns=10 * MS)
    bad = numbered(arrivals(100, outcome="failed", every_ns=10 * MS, start_ns=5 * S), 500)
    assert watch().take(together(good, bad), NOTHING, 6 * S) == Burning("order-place", 5_091 * MS, 10, 200, 50.0)


def test_a_window_is_not_judged_before_it_is_full() -> None:
    watching = watch()
    bad = arrivals(250, outcome="failed", every_ns=10 * MS)
    assert watching.take(bad[:100], NOTHING, 1 * S) is None
    found = watching.take(bad[100:], NOTHING, 3 * S)
    assert found is not None
    assert found.since_ns == 2_001 * MS


def test_a_few_bad_events_are_no_trend() -> None:
    assert watch(over_ns=S).take(arrivals(9, outcome="failed", every_ns=S // 8, start_ns=2 * S), NOTHING, 4 * S) is None


def test_what_never_was_answered_counts_from_when_it_was_given_up() -> None:
    lost = arrivals(20, outcome="unknown", service_ms=None, start_ns=2 * S)
    found = watch().take(lost, NOTHING, 7 * S)
    assert found is not None
    assert found.since_ns == 7 * S


def test_each_group_burns_by_itself() -> None:
    objective = an_objective("0.999", group_by="venue")
    grouped = BurnWatch([objective], Decimal(50), 2 * S, [open_phase()])
    healthy = arrivals(3000, every_ns=MS, venue="healthy")
    ill = arrivals(300, every_ns=10 * MS, venue="ill", outcome="failed")
    found = grouped.take(together(healthy, ill), NOTHING, 3 * S)
    assert found is not None
    assert found.objective == "order-place (ill)"
    assert found.bad == found.total


@given(st.lists(st.integers(1, 599), max_size=5, unique=True), st.integers(1, 40))
def test_it_does_not_matter_in_which_pieces_it_is_told(cuts: list[int], every: int) -> None:
    flags = pl.Series([position % every == 0 and position > 300 for position in range(600)])
    samples = arrivals(600, every_ns=10 * MS).with_columns(
        outcome=pl.when(flags).then(pl.lit("failed")).otherwise(pl.lit("ok")).cast(arrivals(0).schema["outcome"])
    )
    whole = watch(burn_rate="60").take(samples, NOTHING, 6 * S)
    piecemeal = watch(burn_rate="60")
    bounds = [0, *sorted(cuts), 600]
    found = [piecemeal.take(samples[begin:end], NOTHING, 6 * S) for begin, end in pairwise(bounds)]
    assert next((each for each in found if each is not None), None) == whole


@pytest.mark.parametrize("burn_rate", ["9", "999"])
def test_a_limit_above_what_happens_is_not_reached(burn_rate: str) -> None:
    one_percent = together(arrivals(990, every_ns=10 * MS), arrivals(10, outcome="failed", every_ns=S, start_ns=MS))
    assert (watch(burn_rate).take(one_percent, NOTHING, 10 * S) is None) is (burn_rate == "999")


def test_what_is_in_flight_is_bad_once_even_a_good_answer_would_come_too_late() -> None:
    """Answers are good within 250 ms. Of 20 that were due at 2 s, none is lost at 2.2 s, and all are at 2.3 s."""
    watching = watch(over_ns=S)
    for answered_after_ms, is_lost in ((200, False), (300, True)):
        at_best = arrivals(20, every_ns=0, start_ns=2 * S, service_ms=answered_after_ms)
        found = watching.take(NOTHING, at_best, 2 * S + answered_after_ms * MS)
        assert (found is not None) is is_lost
    assert found is not None
    assert (found.since_ns, found.bad, found.total) == (2_300 * MS, 20, 20)


def test_an_arrival_is_counted_once_whether_it_is_met_in_flight_or_ended() -> None:
    """5 bad of 1,005 are below 5.5 times one in a thousand, 6 of 1,006 above."""
    watching = watch(burn_rate="5.5")
    healthy = numbered(arrivals(1_000, every_ns=MS // 2, start_ns=S), 100)
    at_best = arrivals(5, every_ns=0, start_ns=2 * S, service_ms=300)
    lost = arrivals(5, every_ns=0, start_ns=2 * S, outcome="unknown", service_ms=800)
    assert watching.take(healthy, at_best, 3 * S) is None
    assert watching.take(lost, at_best, 3 * S) is None, "the stale list of what is in flight tells nothing new"
    assert watching.take(NOTHING, at_best, 3 * S) is None
    found = watching.take(numbered(arrivals(1, outcome="failed", start_ns=2 * S + 900 * MS), 99), at_best, 3 * S)
    assert found is not None
    assert (found.bad, found.total) == (6, 1_006)


def numbered(samples: pl.DataFrame, first: int) -> pl.DataFrame:
    return samples.with_columns(arrival=pl.int_range(first, first + samples.height, dtype=pl.Int64))
