"""Waiting for something to become true, with a limit that only a hang reaches."""

import time
from collections.abc import Callable

LOOK_EVERY_S = 0.05


def wait_until(condition: Callable[[], bool], what: str, seconds_max: float = 60.0) -> None:
    """Return once ``condition`` holds; fail with ``what`` did not happen when the time is over."""
    deadline = time.monotonic() + seconds_max
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {seconds_max:g} s")
        time.sleep(LOOK_EVERY_S)
