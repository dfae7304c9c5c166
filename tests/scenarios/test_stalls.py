"""A stall of the event loop is seen by who waits in it, told once, and begun anew with each test."""

from collections.abc import Iterator

import gevent
import pytest

from scenarios.stalls import EVERY_NS, STALL_NS_MIN, Stalls, StallWatch

STALL_NS = 3_000_000_000


class SteppedClock:
    """Stands still unless it is told otherwise."""

    now_ns = 0

    def __call__(self) -> int:
        return self.now_ns


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def watch(clock: SteppedClock) -> Iterator[StallWatch]:
    watching = StallWatch(clock)
    watching.begin()
    gevent.sleep(0)
    yield watching
    watching.end()


def test_a_stall_is_told_without_the_sleep_and_only_once(watch: StallWatch, clock: SteppedClock) -> None:
    clock.now_ns += STALL_NS
    gevent.sleep(4 * EVERY_NS / 1e9)
    assert watch.take() == Stalls(STALL_NS - EVERY_NS, STALL_NS - EVERY_NS)
    assert watch.take() == Stalls(0, 0)


def test_a_new_test_begins_without_the_stalls_of_the_last(watch: StallWatch, clock: SteppedClock) -> None:
    clock.now_ns += STALL_NS
    gevent.sleep(4 * EVERY_NS / 1e9)
    watch.begin()
    assert watch.take() == Stalls(0, 0)


def test_what_is_short_is_told_as_the_longest_and_not_added_up(watch: StallWatch, clock: SteppedClock) -> None:
    clock.now_ns += EVERY_NS + STALL_NS_MIN - 1
    gevent.sleep(4 * EVERY_NS / 1e9)
    assert watch.take() == Stalls(STALL_NS_MIN - 1, 0)
