"""A predicate looks at one row, at columns that exist, and at words that exist."""

import polars as pl
import pytest

from slo.objectives import QueryError, parse_predicate
from tests.slo.building import arrivals, derived, open_phase, together


@pytest.mark.parametrize(
    "query",
    [
        "op = 'order.place' and outcome = 'ok' and response_ms <= 250",
        "'order.place' = op",
        "op in ('order.place', 'order.cancel')",
        "op NOT IN ('feed.event')",
        "op like 'order.%' and not (outcome <> 'ok')",
        "fault is null or fault = 'pause-1'",
        "status = 503 or code = -1008",
        "service_ms between 0.5 and 2.25",
        "response_ms - service_ms <= 1",
        "phase in ('steady', 'surge')",
        "venue = 'it''s here'",
    ],
)
def test_predicates_over_a_row_are_taken(query: str) -> None:
    predicate = parse_predicate(query)
    matches = predicate.matches(derived(arrivals(3)))
    assert matches.dtype == pl.Boolean
    assert matches.len() == 3


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("op = 'order.plce'", "op is never 'order.plce'; it is one of order.place, order.cancel"),
        ("op IN ('order.place', 'orders.cancel')", "op is never 'orders.cancel'"),
        ("not outcome <> 'okay'", "outcome is never 'okay'; it is one of ok, throttled"),
        ("'OK' = outcome", "outcome is never 'OK'"),
        ("op like 'oder.%'", "op is never 'oder.%'"),
        ("latency_ms <= 250", "'latency_ms' is no column"),
        ("response_ms", "gives a value, not true or false"),
        ("response_ms <= 'fast'", "'fast' is not compared with a column of text"),
        ("(op) = 'order.place'", "compare it directly with text"),
        ("outcome = op", "compare it directly with text"),
        ("op = 1", "compare it directly with text"),
        ("true", "looks at no column"),
        ("", "looks at no column"),
        ("op = 'order.place' and", "is no predicate"),
        ("op in ('order.place'", "is no predicate"),
        ("op in ('order.place', 1)", "a list of text after IN holds '1'"),
        ("op = 'order.place'; drop table samples", "cannot be read from '; drop table"),
        ("select op = 'ok' from samples", "'select' is no column"),
        ("response_ms > avg(response_ms)", "functions are not taken"),
        ("response_ms <= 250 -- 1", "cannot be read from '-- 1'"),
        ("op = 'order.place", 'cannot be read from "\'order.place"'),
    ],
)
def test_anything_else_is_refused_with_the_rule(query: str, rule: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse_predicate(query)
    assert rule in str(refused.value)


def test_polars_itself_would_take_a_typo_and_match_nothing() -> None:
    """Why literals are checked here: the day this fails, Polars does it for us."""
    samples = arrivals(3)
    assert samples.select(pl.sql_expr("op = 'order.plce'").any()).item() is False


def test_phases_that_a_predicate_mentions_are_known() -> None:
    assert parse_predicate("phase = 'surge' or phase in ('steady', 'surge')").phases == ("steady", "surge")
    assert parse_predicate("phase like 's%' and phase is not null").phases == ()


def test_a_value_that_is_not_known_matches_neither_way() -> None:
    never_answered = derived(arrivals(1, service_ms=None))
    assert parse_predicate("response_ms <= 250").matches(never_answered).to_list() == [None]


def test_like_and_phase_see_the_text_of_dictionary_columns() -> None:
    samples = derived(
        together(arrivals(1, op="order.cancel"), arrivals(1, op="book.read", start_ns=5)), [open_phase("steady", 0, 5)]
    )
    assert parse_predicate("op like 'order.%'").matches(samples).to_list() == [True, False]
    assert parse_predicate("phase = 'steady'").matches(samples).to_list() == [True, None]
