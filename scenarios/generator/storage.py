"""Finished arrivals as Parquet files, written by real threads so that no arrival waits for the disk."""

from pathlib import Path

import gevent
import numpy as np
import polars as pl

from scenarios.traffic.accounting import (
    NEVER_NS,
    NO_CODE,
    NO_FAULT,
    NO_STATUS,
    OPERATIONS_IN_ORDER,
    OUTCOMES_IN_ORDER,
    Columns,
)
from slo.history import IN_FLIGHT, SAMPLE_SCHEMA, write_samples

_OPERATIONS = pl.Series([operation.value for operation in OPERATIONS_IN_ORDER], dtype=SAMPLE_SCHEMA["op"])
_OUTCOMES = pl.Series([outcome.value for outcome in OUTCOMES_IN_ORDER], dtype=SAMPLE_SCHEMA["outcome"])


SPILL_SECONDS_MIN = 2.0
SPILL_SHARE_OF_RUN = 0.01


def seconds_to_next_spill(elapsed_s: float) -> float:
    """How long finished arrivals may wait for a chunk to fill: what a generator that is killed may lose.

    2 s, and after 200 s one hundredth of the run so far. So files by time grow with the logarithm of the run's length:
    100 in the first 200 s, another 230 or so with each tenfold.
    """
    return max(SPILL_SECONDS_MIN, elapsed_s * SPILL_SHARE_OF_RUN)


class SampleStore:
    """Writes chunks of one worker to ``folder`` as ``worker-0-000000.parquet`` and so on."""

    def __init__(self, folder: Path, worker: int, venue: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._worker = worker
        self._venue = venue
        self._chunks = 0
        self._pending: list[gevent.event.AsyncResult[None]] = []
        self._showing: gevent.event.AsyncResult[None] | None = None

    def write_soon(self, columns: Columns) -> None:
        path = self._folder / f"worker-{self._worker}-{self._chunks:06}.parquet"
        self._chunks += 1
        task = gevent.get_hub().threadpool.spawn(write_columns, columns, path, self._worker, self._venue)
        self._pending = [each for each in self._pending if not (each.ready() and each.successful())] + [task]

    def show_soon(self, in_flight: Columns) -> None:
        """Write what is outstanding beside the samples, in place of what was; not while that is still being written."""
        if self._showing is None or self._showing.ready():
            pool = gevent.get_hub().threadpool
            self._showing = pool.spawn(write_columns, in_flight, self._shown, self._worker, self._venue)

    def finish(self) -> None:
        """Wait until everything is written. Raises what any writer raised."""
        for task in (*self._pending, *([self._showing] if self._showing else [])):
            task.get()
        self._pending, self._showing = [], None
        self._shown.unlink(missing_ok=True)

    @property
    def _shown(self) -> Path:
        return self._folder / f"worker-{self._worker}{IN_FLIGHT}"


def write_columns(columns: Columns, path: Path, worker: int, venue: str) -> None:
    write_samples(frame_of(columns, worker, venue), path)


def frame_of(columns: Columns, worker: int, venue: str) -> pl.DataFrame:
    """The columns as samples: what did not come becomes null."""
    frame = pl.DataFrame(
        {
            "arrival": np.frombuffer(columns.arrival, dtype=np.int64),
            "scheduled_ns": np.frombuffer(columns.scheduled_ns, dtype=np.int64),
            "sent_ns": np.frombuffer(columns.sent_ns, dtype=np.int64),
            "done_ns": np.frombuffer(columns.done_ns, dtype=np.int64),
            "status": np.frombuffer(columns.status, dtype=np.int16),
            "code": np.frombuffer(columns.code, dtype=np.int32),
            "op": _OPERATIONS.gather(np.frombuffer(columns.operation, dtype=np.uint8)),
            "outcome": _OUTCOMES.gather(np.frombuffer(columns.outcome, dtype=np.uint8)),
            "symbol": pl.Series(columns.symbol, dtype=pl.String),
            "fault": pl.Series(columns.fault, dtype=pl.String),
        }
    )
    return frame.with_columns(
        worker=pl.lit(worker),
        venue=pl.lit(venue),
        sent_ns=_null_if("sent_ns", NEVER_NS),
        done_ns=_null_if("done_ns", NEVER_NS),
        status=_null_if("status", NO_STATUS),
        code=_null_if("code", NO_CODE),
        fault=_null_if("fault", NO_FAULT),
    )


def _null_if(column: str, nothing: int | str) -> pl.Expr:
    return pl.when(pl.col(column) != nothing).then(pl.col(column))
