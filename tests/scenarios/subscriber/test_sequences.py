"""Any loss, repetition or wrong order in a stream's numbers is noticed, and a clean stream is never accused."""

from hypothesis import given
from hypothesis import strategies as st

from scenarios.subscriber.sequences import Joined, Place, Rising, Unnumbered

EVENTS = st.lists(st.integers(1, 5), min_size=3, max_size=40)
"""How many updates each event of a series covers."""


def series(widths: list[int], start: int = 100) -> list[tuple[int, int]]:
    """First and last number of events that join one another."""
    spans = []
    for width in widths:
        spans.append((start, start + width - 1))
        start += width
    return spans


def places(spans: list[tuple[int, int]]) -> list[Place]:
    sequence = Joined()
    return [sequence.place(first, last) for first, last in spans]


@given(EVENTS)
def test_a_series_without_a_hole_always_joins(widths: list[int]) -> None:
    assert set(places(series(widths))) == {Place.JOINS}


@given(EVENTS, st.data())
def test_whatever_is_lost_between_two_events_is_a_gap_of_its_size(widths: list[int], data: st.DataObject) -> None:
    spans = series(widths)
    lost = data.draw(st.integers(1, len(spans) - 2))
    sequence = Joined()
    found = [sequence.place(*span) for span in spans[:lost] + spans[lost + 1 :]]
    assert found == [Place.JOINS] * lost + [Place.GAP] + [Place.JOINS] * (len(spans) - lost - 2)
    assert sequence.missed == widths[lost]


@given(EVENTS, st.data())
def test_what_comes_twice_is_a_repetition_however_late(widths: list[int], data: st.DataObject) -> None:
    spans = series(widths)
    which = data.draw(st.integers(0, len(spans) - 1))
    again = data.draw(st.integers(which + 1, len(spans)))
    found = places([*spans[:again], spans[which], *spans[again:]])
    assert found.pop(again) is Place.REPEATED
    assert set(found) == {Place.JOINS}


@given(EVENTS, st.data())
def test_two_that_change_places_are_a_gap_and_one_out_of_order(widths: list[int], data: st.DataObject) -> None:
    spans = series(widths)
    first = data.draw(st.integers(1, len(spans) - 2))
    spans[first], spans[first + 1] = spans[first + 1], spans[first]
    found = places(spans)
    assert found[first : first + 2] == [Place.GAP, Place.REORDERED]
    assert set(found[:first] + found[first + 2 :]) == {Place.JOINS}


def test_what_was_late_once_is_a_repetition_the_second_time() -> None:
    assert places([(1, 1), (4, 4), (2, 2), (2, 2), (3, 3), (5, 5)]) == [
        Place.JOINS,
        Place.GAP,
        Place.REORDERED,
        Place.REPEATED,
        Place.REORDERED,
        Place.JOINS,
    ]


def test_numbers_that_only_rise_show_repetition_and_order_but_no_gap() -> None:
    sequence = Rising()
    assert [sequence.place(n, n) for n in (1, 9, 9, 4, 10)] == [
        Place.JOINS,
        Place.JOINS,
        Place.REPEATED,
        Place.REORDERED,
        Place.JOINS,
    ]


def test_of_events_without_numbers_nothing_is_said() -> None:
    assert {Unnumbered().place(0, 0) for _ in range(3)} == {Place.JOINS}
