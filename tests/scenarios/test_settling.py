"""Settling: chunks become one file, in order, with the faults that touched the samples."""

from pathlib import Path

import polars as pl

from scenarios.settling import settle_samples
from slo.history import SAMPLE_SCHEMA, Event, EventKind, FaultRecord, read_samples, write_samples

PAUSE = FaultRecord(id="pause-1", kind="pause", seam="process", at_ns=100, for_ns=100)
PAUSED = [
    Event(at_ns=100, kind=EventKind.FAULT_APPLIED, subject="pause-1"),
    Event(at_ns=200, kind=EventKind.FAULT_HEALED, subject="pause-1"),
]


def _chunk(folder: Path, number: int, times_ns: list[tuple[int, int, int]]) -> None:
    rows = [
        {
            "arrival": number * 10 + place,
            "worker": 0,
            "venue": "mock",
            "op": "order.place",
            "symbol": "BTCUSDT",
            "scheduled_ns": scheduled,
            "sent_ns": sent,
            "done_ns": done,
            "outcome": "ok",
            "status": 200,
            "code": None,
            "fault": None,
        }
        for place, (scheduled, sent, done) in enumerate(times_ns)
    ]
    write_samples(pl.DataFrame(rows, schema=SAMPLE_SCHEMA), folder / f"worker-0-{number:06}.parquet")


def test_chunks_become_one_file_in_order_of_due_time(tmp_path: Path) -> None:
    _chunk(tmp_path, 0, [(300, 310, 320), (10, 20, 30)])
    _chunk(tmp_path, 1, [(150, 160, 210)])
    assert settle_samples(tmp_path, PAUSED, [PAUSE]) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["samples.parquet"]
    settled = read_samples(tmp_path)
    assert settled["scheduled_ns"].to_list() == [10, 150, 300]
    assert settled["fault"].to_list() == [None, "pause-1", None]


def test_settling_again_changes_nothing(tmp_path: Path) -> None:
    _chunk(tmp_path, 0, [(150, 160, 210)])
    settle_samples(tmp_path, PAUSED, [PAUSE])
    once = read_samples(tmp_path)
    settle_samples(tmp_path, PAUSED, [PAUSE])
    assert read_samples(tmp_path).equals(once)


def test_a_run_without_samples_settles_to_none(tmp_path: Path) -> None:
    assert settle_samples(tmp_path, [], []) == 0
    assert read_samples(tmp_path).height == 0
