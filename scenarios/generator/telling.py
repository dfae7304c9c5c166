"""What the generator says and hears: one JSON object a line, on standard output and standard input."""

import json
import os
import sys
from collections.abc import Callable

import gevent
from gevent.event import Event
from gevent.socket import wait_read
from pydantic import JsonValue

Tell = Callable[[dict[str, JsonValue]], None]

STANDARD_INPUT = 0
LINE_BYTES_MAX = 4096


def tell(message: dict[str, JsonValue]) -> None:
    """Once nobody listens any more, the run has been killed: the guardian ends this process, and samples come first."""
    try:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the last flush at exit would complain


def hear_rate_per_s(phase: str) -> float:
    """What the workers of the run agreed on, ``{"phase": ..., "rate_per_s": N}``; 0 if nobody is left to say it."""
    while line := _read_line():
        heard = json.loads(line)
        if heard["phase"] == phase:
            return float(heard["rate_per_s"])
    return 0.0


def hear_epoch_ns(stop: Event) -> int | None:
    """Time zero from ``{"epoch_monotonic_ns": N}`` on standard input; None if told to stop or left alone before."""
    listener = gevent.spawn(_read_line)
    heard_or_stopped = Event()
    listener.link(lambda _: heard_or_stopped.set())
    stop.rawlink(lambda _: heard_or_stopped.set())
    heard_or_stopped.wait()
    if not listener.ready() or not listener.value:
        listener.kill()
        return None
    return int(json.loads(listener.value)["epoch_monotonic_ns"])


def _read_line() -> bytes:
    line = b""
    while not line.endswith(b"\n") and len(line) < LINE_BYTES_MAX:
        wait_read(STANDARD_INPUT)
        byte = os.read(STANDARD_INPUT, 1)  # no more than the line: what follows is not ours to swallow
        if not byte:
            return b""
        line += byte
    return line
