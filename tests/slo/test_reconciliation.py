"""Unknown orders are resolved from the exchange's ledger."""

import json
from pathlib import Path

import polars as pl
import pytest

from slo.errors import InvalidRunError
from slo.reconciliation import (
    LedgerOrder,
    OrderAnswer,
    Reconciliation,
    Source,
    only_run_token,
    read_answers,
    read_ledger,
    reconcile,
    reconcile_by_answers,
)
from slo.verdict.availability import availability
from tests.slo.building import arrivals, together


def ledger(*client_order_ids: str) -> list[LedgerOrder]:
    return [LedgerOrder(clientOrderId=client_order_id) for client_order_id in client_order_ids]


def test_unknown_orders_were_done_once_or_twice_or_never() -> None:
    samples = arrivals(4, outcome="unknown", service_ms=None)
    orders = ledger("bo-t0ken-0", "bo-t0ken-2", "bo-t0ken-2", "bo-other-3", "x-3")
    assert reconcile(samples, orders, "t0ken") == {"mock": Reconciliation(1, 2, 1, duplicated=1)}


def test_acknowledged_orders_that_the_ledger_does_not_know_are_lost() -> None:
    acknowledged, turned_down = arrivals(3), arrivals(2, start_ns=1).with_columns(code=pl.lit(-2010, pl.Int32))
    samples = together(acknowledged, turned_down).with_columns(arrival=pl.int_range(5, dtype=pl.Int64))
    (kept,) = samples.filter(pl.col("code").is_null())["arrival"].to_list()[:1]
    assert reconcile(samples, ledger(f"bo-t-{kept}"), "t") == {"mock": Reconciliation(0, 0, 0, lost=2)}


def test_only_orders_that_were_unknown_are_resolved() -> None:
    known, cancels = arrivals(2), arrivals(2, op="order.cancel", outcome="unknown", service_ms=None)
    assert reconcile(together(known, cancels), ledger("bo-t-0", "bo-t-1", "bo-t-2"), "t") == {}


def test_all_attempts_at_an_order_count() -> None:
    samples = together(arrivals(3), arrivals(2, outcome="unknown", service_ms=None, start_ns=1))
    samples = samples.with_columns(arrival=pl.int_range(pl.len(), dtype=pl.Int64))
    assert samples["outcome"].to_list() == ["ok", "unknown", "ok", "unknown", "ok"]
    orders = ledger("bo-t-0", "bo-t-0-r1", "bo-t-1-r1", "bo-t-2", "bo-t-3-r1", "bo-t-3-r2", "bo-t-4-r2", "bo-t-none")
    assert reconcile(samples, orders, "t") == {"mock": Reconciliation(1, 0, 1, duplicated=2)}


def test_the_run_token_is_read_from_a_ledger_of_one_run() -> None:
    assert only_run_token(ledger("bo-a1-0", "bo-a1-17", "someone-else")) == "a1"
    assert only_run_token(ledger("bo-a1-0", "bo-b2-0")) is None
    assert only_run_token(ledger("someone-else")) is None


def test_availability_is_an_interval_that_a_ledger_closes() -> None:
    # 6 of 10 ok and 4 unknown: between 60 % and 100 %. One was done, three were not: 70 %.
    samples = together(arrivals(6), arrivals(4, outcome="unknown", service_ms=None, start_ns=1))
    (open_interval,) = availability(samples, {})
    assert (open_interval.lower, open_interval.upper, open_interval.unresolved) == (0.6, 1.0, 4)
    (closed,) = availability(samples, {"mock": Reconciliation(1, 3, 0)})
    assert (closed.lower, closed.upper, closed.unresolved) == (0.7, 0.7, 0)


def test_an_order_that_was_done_twice_does_not_count_as_available() -> None:
    samples = together(arrivals(9), arrivals(1, outcome="unknown", service_ms=None))
    (interval,) = availability(samples, {"mock": Reconciliation(0, 0, 1)})
    assert (interval.lower, interval.upper) == (0.9, 0.9)


def test_a_ledger_is_read_as_far_as_it_matters(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    assert read_ledger(file) is None
    file.write_text(json.dumps({"symbol": "BTCUSDT", "orderId": 7, "clientOrderId": "bo-t-1"}) + "\n", encoding="utf-8")
    assert read_ledger(file) == ledger("bo-t-1")


def test_a_ledger_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    file.write_text('{"orderId": 7}\n', encoding="utf-8")
    with pytest.raises(InvalidRunError, match=r"ledger\.jsonl: line 1: is no accepted order"):
        read_ledger(file)


def answer(arrival: int, *found: bool) -> OrderAnswer:
    return OrderAnswer(
        arrival=arrival, found={f"bo-t-{arrival}{f'-r{n}' if n else ''}": known for n, known in enumerate(found)}
    )


def test_answers_of_the_venue_resolve_what_they_are_about_and_nothing_else() -> None:
    # 6 of 10 ok and 4 unknown, arrivals 1, 3, 5 and 7 of which three are answered: once, never, twice.
    samples = together(arrivals(6), arrivals(4, outcome="unknown", service_ms=None, start_ns=1))
    samples = samples.with_columns(arrival=pl.int_range(pl.len(), dtype=pl.Int64))
    doubtful = samples.filter(pl.col("outcome") == "unknown")["arrival"].to_list()
    once, never, twice, _ = doubtful
    answers = [answer(once, False, True), answer(never, False, False), answer(twice, True, True), answer(99, True)]
    resolved = reconcile_by_answers(samples, answers)
    assert resolved == {"mock": Reconciliation(1, 1, 1, duplicated=1, source=Source.QUERY)}
    (interval,) = availability(samples, resolved)
    assert (interval.lower, interval.upper, interval.unresolved, interval.source) == (0.7, 0.8, 1, Source.QUERY)


def test_a_ledger_is_held_against_what_the_venue_said() -> None:
    samples = arrivals(3, outcome="unknown", service_ms=None)
    in_ledger = ledger("bo-t-0", "bo-t-2-r1")
    true = [answer(0, True, False), answer(1, False, False), answer(2, False, True)]
    assert reconcile(samples, in_ledger, "t", true) == {"mock": Reconciliation(2, 1, 0)}
    denied, invented = answer(0, False, False), answer(1, False, True)
    (found,) = reconcile(samples, in_ledger, "t", [denied, invented, true[2]]).values()
    assert found == Reconciliation(2, 1, 0, contradicted=2)  # the ledger decides, the venue is found out


def test_without_answers_nothing_is_resolved(tmp_path: Path) -> None:
    assert read_answers(tmp_path / "answers.jsonl") == []
    samples = arrivals(1, outcome="unknown", service_ms=None)
    assert reconcile_by_answers(samples, []) == {}
    (interval,) = availability(samples, {})
    assert (interval.source, interval.unresolved) == (None, 1)


def test_answers_that_are_none_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text('{"arrival": "x"}\n', encoding="utf-8")
    with pytest.raises(InvalidRunError, match=r"answers\.jsonl: line 1: is no answer about an order"):
        read_answers(file)
