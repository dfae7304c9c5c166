"""Reports of several workers as one table: counts add up, quantiles are of all arrivals, silence is seen."""

import json

import msgpack
import pytest

from scenarios.locust_ui.board import Board
from scenarios.locust_ui.recorder import Recorder, Report
from scenarios.locust_ui.tables import GENERATORS, OUTCOMES, TIMES, Row, rows_of
from scenarios.locust_ui.tallies import Tallies
from scenarios.stalls import StallWatch
from scenarios.traffic.accounting import NEVER_NS, Accounting, Columns, Ending
from slo.history import Operation, Outcome

MS = 1_000_000
PLACE, READ = Operation.ORDER_PLACE, Operation.BOOK_READ


Told = tuple[Operation, Outcome, int, int | None, int | None]
"""An arrival: when it was scheduled, sent and done, in milliseconds."""


def arrival(books: Accounting, told: Told) -> None:
    operation, outcome, scheduled, sent, done = told
    flight = books.begin(operation, "BTCUSDT", scheduled * MS)
    flight.sent_ns = NEVER_NS if sent is None else sent * MS
    books.complete(flight, Ending(outcome, NEVER_NS if done is None else done * MS))


def tallies_of(*arrivals: Told) -> Tallies:
    tallies = Tallies()

    def add(columns: Columns) -> None:
        tallies.add(columns)

    books = Accounting(add)
    for each in arrivals:
        arrival(books, each)
    books.flush()
    return tallies


def report(tallies: Tallies, in_flight: int = 0, stall_ns_max: int = 0) -> Report:
    return Report(tallies, in_flight, cpu_percent=12.34, stall_ns_max=stall_ns_max)


def by_name(rows: list[Row]) -> dict[object, Row]:
    return {row["name"]: row for row in rows}


def test_response_service_and_lag_are_three_figures() -> None:
    board = Board()
    board.hear("local", report(tallies_of((PLACE, Outcome.OK, 0, 30, 40))), 0.0)
    row = by_name(rows_of(board, {}, 0.0)[TIMES])["order.place"]
    assert row["response_p99"] == pytest.approx(40, rel=0.006)
    assert row["service_p99"] == pytest.approx(10, rel=0.006)
    assert row["lag_p99"] == pytest.approx(30, rel=0.006)
    assert (row["response_max"], row["service_max"]) == (40, 10)


def test_a_quantile_is_of_all_arrivals_and_no_mean_of_the_workers_quantiles() -> None:
    """99 answers of 1 ms at one worker and one of 1 s at the other: 99 of 100 take no more than 1 ms."""
    board = Board()
    board.hear("fast", report(tallies_of(*[(PLACE, Outcome.OK, 0, 0, 1)] * 99)), 0.0)
    board.hear("slow", report(tallies_of((PLACE, Outcome.OK, 0, 0, 1000))), 0.0)
    row = by_name(rows_of(board, {}, 0.0)[TIMES])["order.place"]
    assert row["arrivals"] == 100
    assert row["response_p99"] == pytest.approx(1, rel=0.006)
    assert row["response_max"] == 1000


def test_every_outcome_has_its_count_and_what_was_never_answered_has_no_time() -> None:
    board = Board()
    endings: list[Told] = [
        (PLACE, Outcome.OK, 0, 1, 2),
        (PLACE, Outcome.UNKNOWN, 0, 1, None),
        (READ, Outcome.DROPPED, 0, None, None),
    ]
    board.hear("local", report(tallies_of(*endings)), 0.0)
    rows = rows_of(board, {}, 0.0)
    outcomes, times = by_name(rows[OUTCOMES]), by_name(rows[TIMES])
    assert (outcomes["order.place"]["ok"], outcomes["order.place"]["unknown"]) == (1, 1)
    assert outcomes["book.read"]["dropped"] == 1
    assert outcomes["Aggregated"]["arrivals"] == 3
    assert times["book.read"]["response_p50"] is None
    assert times["book.read"]["response_max"] is None


def test_a_worker_that_died_keeps_its_arrivals_and_is_told_with_the_age_of_its_last_report() -> None:
    board = Board()
    board.hear("dead", report(tallies_of((PLACE, Outcome.OK, 0, 1, 2)), in_flight=7), 10.0)
    board.hear("alive", report(tallies_of((PLACE, Outcome.OK, 0, 1, 2))), 39.0)
    rows = rows_of(board, {"alive": "running"}, 40.0)
    dead, alive = by_name(rows[GENERATORS])["dead"], by_name(rows[GENERATORS])["alive"]
    assert (dead["state"], dead["heard_s_ago"], dead["in_flight"]) == ("gone", 30.0, 7)
    assert (alive["state"], alive["heard_s_ago"]) == ("running", 1.0)
    assert by_name(rows[TIMES])["order.place"]["arrivals"] == 2


def test_a_worker_that_has_not_reported_in_this_test_is_told_without_figures() -> None:
    row = by_name(rows_of(Board(), {"silent": "missing"}, 1.0)[GENERATORS])["silent"]
    assert (row["state"], row["heard_s_ago"], row["arrivals"]) == ("missing", None, None)
    assert set(row) == set(GENERATORS.columns)


def test_reports_add_up_and_the_longest_stall_stays() -> None:
    board = Board()
    board.hear("local", report(tallies_of((PLACE, Outcome.OK, 0, 1, 2)), 3, stall_ns_max=80 * MS), 0.0)
    board.hear("local", report(tallies_of((PLACE, Outcome.OK, 0, 1, 2)), 1, stall_ns_max=5 * MS), 1.0)
    row = by_name(rows_of(board, {}, 1.0)[GENERATORS])["local"]
    assert (row["arrivals"], row["in_flight"], row["stall_max"], row["cpu_percent"]) == (2, 1, 80, 12.3)


def test_a_forgetful_board_is_empty() -> None:
    board = Board()
    board.hear("local", report(tallies_of((PLACE, Outcome.OK, 0, 1, 2))), 0.0)
    board.forget()
    assert not any(rows_of(board, {}, 0.0).values())


def test_rows_have_the_columns_of_their_table() -> None:
    board = Board()
    board.hear("local", report(tallies_of((PLACE, Outcome.OK, 0, 1, 2))), 0.0)
    for table, rows in rows_of(board, {}, 0.0).items():
        assert rows
        assert all(set(row) == set(table.columns) for row in rows)


def test_a_report_survives_the_message_that_locust_makes_of_it() -> None:
    sent = report(tallies_of((PLACE, Outcome.OK, 0, 1, 2), (READ, Outcome.FAILED, 0, 1, 9)), 4, 5)
    packed = sent.packed()
    # What Locust's own messages between workers and master are packed with.
    received = msgpack.loads(msgpack.dumps(packed))
    heard = Report.unpacked(received).packed()
    # Tuples arrive as lists; what is in them must not have changed.
    assert json.dumps(heard) == json.dumps(packed)


def test_what_was_taken_is_not_taken_again() -> None:
    recorder = Recorder(StallWatch(lambda: 0))
    books = recorder.begin()
    try:
        arrival(books, (PLACE, Outcome.OK, 0, 1, 2))
        books.begin(READ, "BTCUSDT", 0)
        first, second = recorder.take(0.0), recorder.take(0.0)
    finally:
        recorder.end()
    assert (first.tallies.total().arrivals, first.in_flight) == (1, 1)
    assert (second.tallies.total().arrivals, second.in_flight) == (0, 1)


def test_a_new_test_begins_with_nothing() -> None:
    recorder = Recorder(StallWatch(lambda: 0))
    try:
        arrival(recorder.begin(), (PLACE, Outcome.OK, 0, 1, 2))
        recorder.begin()
        assert recorder.take(0.0).tallies.total().arrivals == 0
    finally:
        recorder.end()
