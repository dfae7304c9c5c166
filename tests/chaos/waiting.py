"""Waiting for what will become true, with a deadline that only a broken system reaches."""

import time
from collections.abc import Callable

DEADLINE_S = 20.0


def until(holds: Callable[[], object], what: str, seconds: float = DEADLINE_S) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.005)
