"""Turns a recorded trade tape into a run, so that a real venue's day is judged as our own runs are.

The layout is that of Tardis.dev trade files, csv or csv.gz: ``exchange,symbol,timestamp,local_timestamp,...``, both
clocks in microseconds since the epoch. Each trade is a ``feed.event``: due (``scheduled``) when the venue says that it
happened, done when the recorder had it. Nobody sent anything, so ``sent`` is null and there is no generator to be
late. A recorder's clock that runs ahead of the venue's gives a negative delay, which is kept: it is what was recorded.
"""

import shutil
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import polars as pl

from slo.errors import InvalidTapeError
from slo.history import (
    SAMPLE_SCHEMA,
    Operation,
    Outcome,
    PhaseKind,
    PhaseRecord,
    RunFolder,
    RunRecord,
    RunStatus,
    TargetRecord,
    write_samples,
)
from slo.objectives import library_file

_TEXT = ("exchange", "symbol")
_CLOCKS = ("timestamp", "local_timestamp")
_OBJECTIVES = "feed.yaml"
_DEADLINE_MS = Decimal(100)
_NS_PER_US = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def import_tape(tape: Path, folder: RunFolder) -> RunRecord:
    """Write the run folder of ``tape``: samples, record, and a copy of the feed objectives.

    Time zero is the earliest ``timestamp``. Raises :class:`~slo.errors.InvalidTapeError`, naming line, column and
    value, before anything is written, and when the folder holds a run already.
    """
    if folder.record_file.exists():
        raise InvalidTapeError(f"{folder.path}: holds a run already; name a new folder")
    trades = _read_trades(tape)
    start_us = int(trades["timestamp"].min())  # type: ignore[arg-type]  # Int64 without nulls, never empty
    samples = _samples(trades, start_us)
    record = _record(tape, samples, start_us)
    folder.samples.mkdir(parents=True, exist_ok=True)
    folder.objectives.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(library_file(_OBJECTIVES), folder.objectives / _OBJECTIVES)
    write_samples(samples, folder.samples / "feed.parquet")
    folder.write_record(record)
    return record


def _read_trades(tape: Path) -> pl.DataFrame:
    """Venue, symbol and the two clocks (Int64, microseconds) in the order of the file."""
    if tape.is_dir():
        raise InvalidTapeError(f"{tape.name}: is a directory; name a file of trades, csv or csv.gz")
    try:
        text = pl.read_csv(tape, infer_schema=False, raise_if_empty=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InvalidTapeError(f"{tape.name}: cannot be read as csv or csv.gz: {_first_line(error)}") from error
    for column in (*_TEXT, *_CLOCKS):
        if column not in text.columns:
            there = ", ".join(text.columns) or "nothing"
            raise InvalidTapeError(f"{tape.name}: line 1: column {column!r} is missing; the header has {there}")
    if text.is_empty():
        raise InvalidTapeError(f"{tape.name}: holds no trade after its header")
    trades = text.select(*_TEXT, *(pl.col(clock).cast(pl.Int64, strict=False) for clock in _CLOCKS))
    for column in trades.columns:
        _check_column(tape, column, text[column], trades[column])
    return trades


def _check_column(tape: Path, column: str, text: pl.Series, values: pl.Series) -> None:
    if not values.null_count():
        return
    position = values.is_null().arg_true()[0]
    value = "nothing" if text[position] is None else repr(text[position])
    rule = "must name a venue or symbol" if column in _TEXT else "must be whole microseconds since the epoch"
    raise InvalidTapeError(f"{tape.name}: line {position + 2}: column {column!r}: {value}: {rule}")


def _samples(trades: pl.DataFrame, start_us: int) -> pl.DataFrame:
    """Rows of the sample schema, numbered in order of time; trades of one microsecond in the order of the file."""
    in_order = trades.sort("timestamp", maintain_order=True)
    return in_order.select(
        arrival=pl.int_range(pl.len()),
        worker=pl.lit(0),
        venue="exchange",
        op=pl.lit(Operation.FEED_EVENT.value),
        symbol="symbol",
        scheduled_ns=(pl.col("timestamp") - start_us) * _NS_PER_US,
        sent_ns=None,
        done_ns=(pl.col("local_timestamp") - start_us) * _NS_PER_US,
        outcome=pl.lit(Outcome.OK.value),
        status=None,
        code=None,
        fault=None,
    ).cast(SAMPLE_SCHEMA)


def _record(tape: Path, samples: pl.DataFrame, start_us: int) -> RunRecord:
    last_ns = int(samples["scheduled_ns"][-1])
    return RunRecord(
        name=tape.name.removesuffix(".gz").removesuffix(".csv"),
        status=RunStatus.COMPLETE,
        seed=0,
        started_at=(_EPOCH + timedelta(microseconds=start_us)).isoformat(),
        brownout=version("brownout"),
        command=["brownout", "import", tape.name, "--out", "RUN"],
        target=TargetRecord(kind="tape", venue=", ".join(sorted(samples["venue"].cast(pl.String).unique()))),
        phases=[PhaseRecord(name="feed", kind=PhaseKind.FEED, start_ns=0, end_ns=last_ns + 1)],
        scheduled=samples.height,
        deadline_ms=_DEADLINE_MS,
        objectives=[_OBJECTIVES],
    )


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
