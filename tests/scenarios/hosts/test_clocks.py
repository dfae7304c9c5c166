"""The offset of another clock is known as well as the way allows, and never said to be known better."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.hosts.clocks import Offset, RoundTrip, offset_of

DELAYS = st.tuples(st.integers(0, 10**8), st.integers(0, 10**8))


def trip(asked_ns: int, offset_ns: int, there_ns: int, back_ns: int) -> RoundTrip:
    return RoundTrip(asked_ns, asked_ns + there_ns + offset_ns, asked_ns + there_ns + back_ns)


@given(offset_ns=st.integers(-(10**18), 10**18), ways=st.lists(DELAYS, min_size=1, max_size=20))
def test_the_truth_lies_within_the_uncertainty_however_the_ways_differ(
    offset_ns: int, ways: list[tuple[int, int]]
) -> None:
    found = offset_of([trip(number * 10**9, offset_ns, *way) for number, way in enumerate(ways)])
    assert abs(found.ns - offset_ns) <= found.uncertainty_ns
    assert 2 * found.uncertainty_ns <= min(sum(way) for way in ways) + 1


def test_the_quickest_of_many_is_believed() -> None:
    slow, quick = trip(0, 500, 900, 100), trip(10_000, 500, 10, 10)
    assert offset_of([slow, quick, slow]) == Offset(500, 10)


def test_without_an_answer_there_is_no_offset() -> None:
    with pytest.raises(ValueError, match="empty"):
        offset_of([])
