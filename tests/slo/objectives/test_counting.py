"""Counts of events: in doubt an event is not good."""

from slo.objectives.counting import Part, count_events
from tests.slo.building import S, an_objective, arrivals, derived, open_phase, together


def test_what_was_never_answered_is_not_good_by_a_good_query() -> None:
    samples = derived(together(arrivals(3), arrivals(2, outcome="unknown", service_ms=None)))
    (counted,) = count_events(an_objective(good="response_ms <= 250").indicator, samples)
    assert (counted.good, counted.bad, counted.total) == (3, 2, 5)


def test_what_was_never_answered_is_not_good_by_a_bad_query_either() -> None:
    samples = derived(together(arrivals(3), arrivals(2, outcome="unknown", service_ms=None)))
    (counted,) = count_events(an_objective(bad="response_ms > 250").indicator, samples)
    assert (counted.good, counted.bad, counted.total) == (3, 2, 5)


def test_what_the_total_does_not_ask_about_is_no_event_however_good() -> None:
    samples = derived(together(arrivals(3), arrivals(4, op="book.read")))
    (counted,) = count_events(an_objective(good="outcome = 'ok'").indicator, samples)
    assert counted.total == 3


def test_a_deadline_is_met_to_the_nanosecond() -> None:
    just, late = arrivals(1, service_ms=100), arrivals(1, service_ms=100.000001)
    (counted,) = count_events(an_objective(good="response_ms <= 100").indicator, derived(together(just, late)))
    assert (counted.good, counted.bad) == (1, 1)


def test_every_group_is_counted_on_its_own_by_name() -> None:
    samples = derived(together(arrivals(3, venue="coinbase"), arrivals(2, venue="binance", service_ms=300)))
    counted = count_events(an_objective(group_by="venue").indicator, samples)
    assert [(dict(one.group), one.good, one.total) for one in counted] == [
        ({"venue": "binance"}, 0, 2),
        ({"venue": "coinbase"}, 3, 3),
    ]


def test_without_events_there_is_one_count_of_nothing() -> None:
    for group_by in (None, "venue"):
        (counted,) = count_events(
            an_objective(group_by="venue" if group_by else None).indicator, derived(arrivals(3, op="book.read"))
        )
        assert (dict(counted.group), counted.good, counted.total) == ({}, 0, 0)


def test_bad_events_are_spread_over_phases_in_order_of_time_and_faults_by_name() -> None:
    samples = derived(
        together(
            arrivals(5),
            arrivals(2, start_ns=2 * S, service_ms=900, fault="pause-1"),
            arrivals(1, start_ns=2 * S, service_ms=900, fault="latency-1"),
            arrivals(1, start_ns=9 * S),
        ),
        [open_phase("warm-up", 0, S), open_phase("a-surge", S, 3 * S)],
    )
    (counted,) = count_events(an_objective().indicator, samples)
    assert counted.by_phase == (Part("warm-up", 0, 5), Part("a-surge", 3, 3), Part("(none)", 0, 1))
    assert counted.by_fault == (Part("(none)", 0, 6), Part("latency-1", 1, 1), Part("pause-1", 2, 2))
