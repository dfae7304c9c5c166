"""A book is valid exactly from when a snapshot joins an unbroken series of events until the next break."""

from hypothesis import given
from hypothesis import strategies as st

from scenarios.subscriber.book import Book
from tests.scenarios.subscriber.test_sequences import EVENTS, series


def valid_book(first: int = 100, last: int = 109) -> Book:
    book = Book(invalid_since_ns=0)
    book.hear(first, last, 1)
    assert book.take_snapshot(last, 2) == 2
    return book


def test_the_first_event_asks_for_a_snapshot_and_it_makes_the_book_valid() -> None:
    book = Book(invalid_since_ns=0)
    book.hear(100, 109, 5)
    assert book.wants_snapshot
    assert book.take_snapshot(104, 30) == 30
    assert book.invalid_since_ns is None
    assert not book.wants_snapshot


def test_a_snapshot_from_before_the_first_event_is_asked_for_again() -> None:
    book = Book(invalid_since_ns=0)
    book.hear(100, 109, 5)
    book.wants_snapshot = False
    assert book.take_snapshot(98, 30) is None
    assert book.wants_snapshot
    assert book.take_snapshot(99, 40) == 40  # ends where the first event begins


def test_a_gap_makes_the_book_invalid_until_the_next_snapshot() -> None:
    book = valid_book()
    book.hear(111, 115, 50)
    assert book.invalid_since_ns == 50
    assert book.wants_snapshot
    book.hear(120, 121, 60)  # another while waiting: still since the first
    assert book.take_snapshot(110, 70) is None
    assert book.take_snapshot(121, 90) == 40


def test_events_that_the_snapshot_holds_already_break_nothing() -> None:
    book = Book(invalid_since_ns=0)
    book.hear(100, 109, 1)
    assert book.take_snapshot(125, 2) is not None
    book.hear(110, 119, 3)
    book.hear(120, 130, 4)
    book.hear(131, 131, 5)
    assert book.invalid_since_ns is None


def test_a_snapshot_ahead_of_its_events_still_shows_a_gap_behind_it() -> None:
    book = Book(invalid_since_ns=0)
    book.hear(100, 109, 1)
    book.take_snapshot(125, 2)
    book.hear(127, 130, 3)
    assert book.invalid_since_ns == 3


def test_a_lost_connection_loses_the_book() -> None:
    book = valid_book()
    book.lose(40)
    assert book.invalid_since_ns == 40
    book.hear(200, 210, 60)
    assert book.wants_snapshot
    assert book.take_snapshot(205, 70) == 30


@given(EVENTS)
def test_a_clean_series_never_loses_the_book(widths: list[int]) -> None:
    book = valid_book(90, 99)
    for at_ns, (first, last) in enumerate(series(widths), 10):
        book.hear(first, last, at_ns)
    assert book.invalid_since_ns is None


@given(EVENTS, st.data())
def test_any_lost_event_loses_the_book(widths: list[int], data: st.DataObject) -> None:
    spans = series(widths)
    del spans[data.draw(st.integers(0, len(spans) - 2))]
    book = valid_book(90, 99)
    for at_ns, (first, last) in enumerate(spans, 10):
        book.hear(first, last, at_ns)
    assert book.invalid_since_ns is not None
