"""Waiting for what has to come, with an end to patience instead of a guess at how long it takes."""

import time
from collections.abc import Callable

_PATIENCE_SECONDS = 30.0
_BETWEEN_LOOKS_SECONDS = 0.005


def eventually(happened: Callable[[], bool], what: str) -> None:
    """Look until it has happened. AssertionError naming ``what`` where patience ends first."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < until, f"{what} did not come within {_PATIENCE_SECONDS:.0f} s"
        time.sleep(_BETWEEN_LOOKS_SECONDS)
