"""A fault of the process marks what was in flight while it lasted."""

import polars as pl
from pydantic import JsonValue

from slo.history import Event, EventKind, attribute_faults
from tests.slo.building import MS, a_fault, applied_and_healed, arrivals, together

EVENTS = applied_and_healed("pause-1", applied_ns=100 * MS, healed_ns=200 * MS)


def marks(*rows: tuple[int, float | None]) -> list[str | None]:
    """Marks of samples sent at a millisecond and served for so many; None: never answered."""
    frames = [arrivals(1, start_ns=sent * MS, service_ms=service, outcome="ok") for sent, service in rows]
    return attribute_faults(together(*frames), EVENTS, [a_fault()])["fault"].to_list()


def test_what_was_in_flight_is_marked_and_what_was_over_before_or_sent_after_is_not() -> None:
    assert marks((50, 20), (60, 90), (120, 10), (199, 50), (200, 1)) == [None, "pause-1", "pause-1", "pause-1", None]


def test_what_was_done_in_the_instant_of_apply_is_not_marked() -> None:
    assert marks((90, 10)) == [None]


def test_what_was_sent_before_and_never_answered_is_marked() -> None:
    assert marks((10, None), (250, None)) == ["pause-1", None]


def test_what_was_never_sent_is_not_marked() -> None:
    samples = arrivals(1, start_ns=150 * MS, lag_ms=None, outcome="dropped")
    assert attribute_faults(samples, EVENTS, [a_fault()])["fault"].to_list() == [None]


def test_marks_of_the_wire_stay() -> None:
    samples = arrivals(1, start_ns=150 * MS, fault="latency-1")
    assert attribute_faults(samples, EVENTS, [a_fault()])["fault"].to_list() == ["latency-1"]


def test_faults_of_the_wire_are_not_spread_over_everything_in_flight() -> None:
    samples = arrivals(1, start_ns=150 * MS)
    assert attribute_faults(samples, EVENTS, [a_fault(seam="wire")])["fault"].to_list() == [None]


def test_a_fault_that_was_never_healed_lasts_to_the_end() -> None:
    events = applied_and_healed("pause-1", applied_ns=100 * MS, healed_ns=None)
    samples = together(arrivals(1, start_ns=10 * MS), arrivals(1, start_ns=999 * MS))
    assert attribute_faults(samples, events, [a_fault()])["fault"].to_list() == [None, "pause-1"]


def test_nothing_else_changes() -> None:
    samples = together(arrivals(3), arrivals(2, start_ns=150 * MS))
    marked = attribute_faults(samples, EVENTS, [a_fault()])
    assert marked.schema == samples.schema
    assert marked.drop("fault").equals(samples.drop("fault"))
    assert attribute_faults(samples, [], []).equals(samples)


def test_an_order_whose_reply_got_lost_is_marked() -> None:
    samples = together(arrivals(4, outcome="unknown"), arrivals(2, op="book.read"))
    placed, read = (samples.filter(pl.col("op") == op)["arrival"].to_list() for op in ("order.place", "book.read"))
    lost: list[JsonValue] = [f"bo-ab12-{placed[1]}", f"bo-ab12-{placed[2]}-r2", f"bo-ab12-{read[0]}", "bo-ab12-none"]
    healed = Event(at_ns=300 * MS, kind=EventKind.FAULT_HEALED, subject="abort-1", detail={"lost_orders": lost})
    marked = attribute_faults(samples, [healed], [a_fault("abort-1", seam="wire")])
    assert marked.filter(pl.col("fault") == "abort-1")["arrival"].to_list() == [placed[1], placed[2]]
    assert marked["fault"].null_count() == samples.height - 2
