"""How each generator did, second by second, as far as its samples cannot tell: one JSON line each, a file a worker.

Lateness and drops are in the samples; here is what causes them, and what spoils the times of closed users, who are
never late because nothing is due before they send.
"""

from pathlib import Path

import polars as pl
from pydantic import BaseModel, ConfigDict

from slo.history.lines import read_lines


class HealthSecond(BaseModel):
    """One worker from ``start_ns`` to ``end_ns`` of the run: about a second, the last one shorter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    worker: int
    start_ns: int
    end_ns: int
    busy_ns: int
    """Processor time of the thread that sends and receives; one processor has ``end_ns - start_ns``."""
    stall_ns_max: int
    """The longest time that the event loop stood still."""
    stalled_ns: int
    """All stalls of 10 ms and more."""
    calls: int
    """Requests that went out, retries and hedges included."""
    pool_waits: int
    """Requests that had to wait for a connection and got one."""
    pool_wait_ns_max: int


SHORT_NS = 500_000_000
"""A rest at the end of a run is measured as if it had been this long: a millisecond's work is no full processor."""

LENGTH = pl.col("end_ns") - pl.col("start_ns")
BUSY_SHARE = pl.col("busy_ns") / LENGTH.clip(lower_bound=SHORT_NS)
"""Of a processor, second by second."""

HEALTH_SCHEMA = pl.Schema(dict.fromkeys(HealthSecond.model_fields, pl.Int64()))


def read_health(folder: Path) -> pl.DataFrame:
    """The seconds of all workers, in order of time; of old runs, and of recorded feeds, there are none.

    Raises :class:`~slo.errors.InvalidRunError`, naming the line, for one that is no second of a generator.
    """
    files = sorted(folder.glob("worker-*.jsonl"))
    seconds = [line for file in files for line in read_lines(file, HealthSecond, "second of a generator", torn=True)]
    frame = pl.DataFrame([second.model_dump() for second in seconds], schema=HEALTH_SCHEMA)
    return frame.sort("start_ns", "worker")
