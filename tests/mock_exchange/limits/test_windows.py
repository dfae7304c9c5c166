"""Windows and bans against a slow model that keeps every event with its time and counts again each time it is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_exchange.limits.bans import Bans
from mock_exchange.limits.windows import Windows, interval_of

WINDOW_MS = 1000
LIMIT = 5
EVENTS = st.lists(st.tuples(st.integers(0, 700), st.sampled_from("ab"), st.integers(-6, 6)), max_size=60)
"""Milliseconds since the one before, who, and how much; less than nothing is taken back."""


class Remembering:
    """All that ever happened."""

    def __init__(self) -> None:
        self.events: list[tuple[int, str, int]] = []

    def used(self, who: str, now_ms: int) -> int:
        begins_ms = now_ms - now_ms % WINDOW_MS
        used = 0
        for time_ms, name, amount in self.events:
            if name == who and time_ms >= begins_ms:
                used = max(0, used + amount)
        return used


@given(start_ms=st.integers(0, 10**13), events=EVENTS)
def test_what_is_used_is_what_happened_since_the_window_began(
    start_ms: int, events: list[tuple[int, str, int]]
) -> None:
    windows, model, now_ms = Windows[str](LIMIT, WINDOW_MS), Remembering(), start_ms
    for wait_ms, who, amount in events:
        now_ms += wait_ms
        model.events.append((now_ms, who, amount))
        if amount < 0:
            windows.take_back(who, -amount, now_ms)
        else:
            assert windows.add(who, amount, now_ms) == model.used(who, now_ms)
        for name in "ab":
            assert windows.used(name, now_ms) == model.used(name, now_ms)


@given(now_ms=st.integers(0, 10**13))
def test_a_window_ends_on_the_clock_and_all_of_it_is_forgotten(now_ms: int) -> None:
    windows = Windows[str](LIMIT, WINDOW_MS)
    windows.add("a", 3, now_ms)
    ends_ms = windows.ends_ms(now_ms)
    assert ends_ms % WINDOW_MS == 0
    assert now_ms < ends_ms <= now_ms + WINDOW_MS
    assert windows.used("a", ends_ms - 1) == 3
    assert windows.used("a", ends_ms) == 0


def test_what_was_added_in_an_earlier_window_is_not_taken_from_a_later_one() -> None:
    windows = Windows[str](LIMIT, WINDOW_MS)
    windows.add("a", 3, 999)
    windows.add("a", 2, 1000)
    windows.take_back("a", 3, 1001, added_ms=999)
    assert windows.used("a", 1001) == 2
    windows.take_back("a", 2, 1002, added_ms=1000)
    assert windows.used("a", 1002) == 0


@pytest.mark.parametrize(
    ("window_ms", "told"),
    [
        (1000, ("SECOND", 1)),
        (10_000, ("SECOND", 10)),
        (60_000, ("MINUTE", 1)),
        (90_000, ("SECOND", 90)),
        (300_000, ("MINUTE", 5)),
        (3_600_000, ("HOUR", 1)),
        (86_400_000, ("DAY", 1)),
    ],
)
def test_a_window_is_told_in_the_venue_s_units(window_ms: int, told: tuple[str, int]) -> None:
    assert interval_of(window_ms) == told


def test_each_ban_is_twice_as_long_as_the_last_up_to_the_longest() -> None:
    bans, now_ms, lengths = Bans(first_ms=120, longest_ms=1000), 5, []
    for _ in range(6):
        until_ms = bans.ban("a", now_ms)
        lengths.append(until_ms - now_ms)
        assert bans.until_ms("a", until_ms - 1) == until_ms
        assert bans.until_ms("a", until_ms) == 0
        now_ms = until_ms
    assert lengths == [120, 240, 480, 960, 1000, 1000]


def test_bans_are_each_address_s_own() -> None:
    bans = Bans(first_ms=100, longest_ms=1000)
    bans.ban("a", 0)
    assert bans.until_ms("b", 1) == 0
    assert bans.ban("b", 1) == 101


def test_who_behaves_for_as_long_as_the_longest_ban_is_a_first_offender_again() -> None:
    bans = Bans(first_ms=100, longest_ms=1000)
    assert bans.ban("a", 0) == 100
    assert bans.ban("a", 1099) == 1299, "a millisecond too early"
    assert bans.ban("a", 2299) == 2399
