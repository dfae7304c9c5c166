"""A request is timely from its timestamp minus one second until its recvWindow has passed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_exchange.gateway.errors import VenueError
from mock_exchange.gateway.timing import time_left_ns

SERVER_MS = 1_760_000_000_000
SERVER_NS = SERVER_MS * 1_000_000


def left_ms(timestamp: str, window: str | None = None) -> float:
    parameters = {"timestamp": timestamp} | ({"recvWindow": window} if window is not None else {})
    return time_left_ns(parameters, SERVER_NS) / 1e6


def code_of(timestamp: str, window: str | None = None) -> int:
    with pytest.raises(VenueError) as raised:
        left_ms(timestamp, window)
    return raised.value.code


def test_the_window_is_five_seconds_unless_it_is_sent() -> None:
    assert left_ms(str(SERVER_MS)) == 5000
    assert left_ms(str(SERVER_MS - 5000)) == 0
    assert code_of(str(SERVER_MS - 5001)) == -1021
    assert left_ms(str(SERVER_MS - 100), "100") == 0
    assert code_of(str(SERVER_MS - 101), "100") == -1021


def test_the_window_may_have_three_decimals_and_is_a_minute_at_the_most() -> None:
    assert left_ms(str(SERVER_MS), "0.125") == 0.125
    assert left_ms(str(SERVER_MS), "60000") == 60_000
    assert code_of(str(SERVER_MS), "60000.001") == -1131
    for window in ("", "-1", "1e3", "1.2345", "1.", "٣", ".5"):
        assert code_of(str(SERVER_MS), window) == -1100, window


def test_a_timestamp_may_be_less_than_a_second_ahead() -> None:
    assert left_ms(str(SERVER_MS + 999)) == 5999
    assert code_of(str(SERVER_MS + 1000)) == -1021


def test_microseconds_are_told_by_their_digits() -> None:
    assert left_ms(str(SERVER_MS * 1000 - 500)) == 4999.5


def test_what_is_no_timestamp_is_said_to_be_none() -> None:
    assert code_of("") == -1102
    for timestamp in ("abc", "-1", "1.5", "1" * 21, "²"):
        assert code_of(timestamp) == -1100, timestamp


@given(age_ms=st.integers(-5000, 70_000), window_ms=st.integers(0, 60_000))
def test_accepted_exactly_if_not_too_new_and_not_older_than_the_window(age_ms: int, window_ms: int) -> None:
    try:
        left = left_ms(str(SERVER_MS - age_ms), str(window_ms))
    except VenueError:
        assert age_ms <= -1000 or age_ms > window_ms
    else:
        assert -1000 < age_ms <= window_ms
        assert left == window_ms - age_ms
