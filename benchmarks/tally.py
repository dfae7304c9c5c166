"""Reads what the canned responder has counted: one place and one clock for every client."""

import json
import socket
import time
from dataclasses import dataclass

from benchmarks.cores import CannotMeasure

FIRST_REQUEST_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Tally:
    """Requests so far, those among them with a bad signature, and when that was (the responder's monotonic clock)."""

    requests: int
    invalid: int
    at_ns: int

    def rate_until(self, later: "Tally") -> float:
        """Requests a second from this tally to the later one."""
        return (later.requests - self.requests) / (later.at_ns - self.at_ns) * 1e9


def read_tally(port: int) -> Tally:
    """Ask the responder on this host."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        text = b"".join(iter(lambda: connection.recv(4096), b""))
    return Tally(**json.loads(text))


def await_first_request(port: int, client: str) -> None:
    """Return when requests arrive. Raises CannotMeasure when none does in half a minute."""
    give_up = time.monotonic() + FIRST_REQUEST_SECONDS
    while read_tally(port).requests == 0:
        if time.monotonic() > give_up:
            raise CannotMeasure(f"{client} sent nothing in {FIRST_REQUEST_SECONDS} s")
        time.sleep(0.05)


def tallies_around(port: int, seconds: float) -> tuple[Tally, Tally]:
    """What is counted now, and so many seconds later."""
    began = read_tally(port)
    time.sleep(seconds)
    return began, read_tally(port)
