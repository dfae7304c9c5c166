"""Lateness is found from nothing but the times at which orders came, whatever the schedule's beginning."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.arrival_times import Lateness, lateness

MS = 1_000_000
SECOND = 1_000_000_000


def at_pace(rate_per_s: int, seconds: float, begin_ns: int = 0) -> np.ndarray:
    return begin_ns + (np.arange(round(rate_per_s * seconds)) * SECOND) // rate_per_s


def found(at_ns: np.ndarray, rate_per_s: int, stream: np.ndarray | None = None, seconds: int = 1) -> Lateness:
    streams = np.zeros_like(at_ns) if stream is None else stream
    return lateness(at_ns, streams, rate_per_s, 0, seconds * SECOND)


@given(begin_ns=st.integers(0, MS), late_ms=st.floats(1, 50), every=st.integers(20, 90))
def test_an_even_pace_is_late_by_what_is_added_and_nothing_else(begin_ns: int, late_ms: float, every: int) -> None:
    at_ns = at_pace(1_000, 0.9, begin_ns)
    at_ns[::every] += 0  # whoever is on time is the measure
    assert found(at_ns, 1_000).p99_ms == pytest.approx(0, abs=1e-5)
    at_ns[every // 2 :: every] += round(late_ms * MS)
    late = found(at_ns, 1_000)
    assert 0 <= late.p50_ms <= late.p99_ms <= late_ms + 1e-5


def test_a_stall_of_fifty_milliseconds_makes_those_late_that_were_due_in_it() -> None:
    at_ns = at_pace(1_000, 1)
    stalled = (at_ns >= 400 * MS) & (at_ns < 450 * MS)
    at_ns[stalled] = 450 * MS
    late = found(at_ns, 1_000)
    assert (late.sent_share, late.p50_ms) == (1, 0)
    # 50 of 1,000 were late, evenly from 1 to 50 ms; the hundredth latest of the whole is the eleventh of them.
    assert late.p99_ms == pytest.approx(40, abs=1.01)


def test_a_client_that_is_slower_than_its_rate_falls_behind() -> None:
    late = found(at_pace(900, 1), 1_000)
    assert late.sent_share == pytest.approx(0.9)
    assert late.p99_ms == pytest.approx(100, rel=0.02)


def test_users_keep_a_pace_of_their_own() -> None:
    one, other = at_pace(10, 1), at_pace(10, 0.9, begin_ns=37 * MS)
    at_ns, stream = np.concatenate([one, other]), np.repeat([0, 1], [len(one), len(other)])
    assert found(at_ns, 20, stream).p99_ms == pytest.approx(0, abs=1e-5)
    assert found(at_ns, 20).p99_ms > 10, "one schedule for both would owe an order every 50 ms"


def test_only_the_time_that_is_looked_at_counts() -> None:
    at_ns = np.concatenate([[-5 * SECOND], at_pace(1_000, 1), [2 * SECOND]])
    assert found(at_ns, 1_000) == Lateness(1.0, 0.0, 0.0)


def test_no_order_at_all_is_no_lateness() -> None:
    with pytest.raises(ValueError, match="no order came"):
        found(np.array([2 * SECOND]), 1_000)
