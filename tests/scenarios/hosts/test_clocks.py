"""The offset between two clocks lies within what is said of it, whatever each way took."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scenarios.hosts.clocks import Exchange, offset_of

DAYS_NS = 10**15
SECOND_NS = 10**9


def exchange(offset_ns: int, asked_ns: int, out_ns: int, thought_ns: int, back_ns: int) -> Exchange:
    """As it goes where the worker's clock is ``offset_ns`` ahead, and the ways take as long as they do."""
    got_ns = asked_ns + out_ns + offset_ns
    answered_ns = got_ns + thought_ns
    return Exchange(asked_ns, got_ns, answered_ns, answered_ns - offset_ns + back_ns)


lengths = st.integers(min_value=0, max_value=SECOND_NS)
ways = st.tuples(st.integers(0, DAYS_NS), lengths, lengths, lengths)
offsets = st.integers(min_value=-DAYS_NS, max_value=DAYS_NS)


@given(offset_ns=offsets, rounds=st.lists(ways, min_size=1, max_size=20))
@example(offset_ns=0, rounds=[(0, 1, 0, 0)])
@example(offset_ns=-1, rounds=[(0, 0, 0, 1)])
def test_the_true_offset_is_within_the_uncertainty(offset_ns: int, rounds: list[tuple[int, int, int, int]]) -> None:
    found = offset_of([exchange(offset_ns, *each) for each in rounds])
    assert abs(found.offset_ns - offset_ns) <= found.uncertainty_ns


@given(offset_ns=offsets, rounds=st.lists(ways, min_size=1, max_size=20), one_more=ways)
def test_one_exchange_more_never_makes_it_less_certain(
    offset_ns: int, rounds: list[tuple[int, int, int, int]], one_more: tuple[int, int, int, int]
) -> None:
    exchanges = [exchange(offset_ns, *each) for each in rounds]
    more = offset_of([*exchanges, exchange(offset_ns, *one_more)])
    assert more.uncertainty_ns <= offset_of(exchanges).uncertainty_ns


@given(offset_ns=offsets, way_ns=lengths, thought_ns=lengths)
def test_ways_of_one_length_give_the_offset_exactly_however_long_the_worker_took_to_answer(
    offset_ns: int, way_ns: int, thought_ns: int
) -> None:
    found = offset_of([exchange(offset_ns, 0, way_ns, thought_ns, way_ns)])
    assert (found.offset_ns, found.uncertainty_ns) == (offset_ns, way_ns)


def test_the_bound_is_reached_where_all_of_the_delay_is_one_way() -> None:
    """By hand: 40 ms out, none back, 5 s ahead: the middle says 20 ms too much, and half of the delay is 20 ms."""
    found = offset_of([exchange(5 * SECOND_NS, 0, 40_000_000, 0, 0)])
    assert (found.offset_ns, found.uncertainty_ns) == (5_020_000_000, 20_000_000)


@pytest.mark.parametrize(("got_ns", "answered_ns"), [(0, SECOND_NS), (5, 4)])
def test_an_answer_of_a_clock_that_has_jumped_is_not_possible(got_ns: int, answered_ns: int) -> None:
    assert not Exchange(asked_ns=0, got_ns=got_ns, answered_ns=answered_ns, heard_ns=5).is_possible
    assert Exchange(asked_ns=0, got_ns=got_ns, answered_ns=got_ns + 5, heard_ns=5).is_possible


def test_without_an_exchange_nothing_is_said() -> None:
    with pytest.raises(ValueError, match="empty"):
        offset_of([])
