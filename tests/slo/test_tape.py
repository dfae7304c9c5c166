"""A recorded feed becomes a run whose figures are those of the file."""

import csv
import gzip
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from slo.errors import InvalidTapeError
from slo.history import PhaseKind, RunFolder, RunStatus, read_samples, with_derived_columns
from slo.judging import judge_run
from slo.tape import import_tape
from slo.verdict import Status

TAPE = Path(__file__).parent / "data" / "trades_211659_211712.csv.gz"
HEADER = "exchange,symbol,timestamp,local_timestamp,id,side,price,amount"
ROW = "binance,POLUSDT,{happened},{heard},1,buy,0.2,5"


def written(tmp_path: Path, *lines: str) -> Path:
    tape = tmp_path / "tape.csv"
    tape.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tape


def refusal(tmp_path: Path, *lines: str) -> str:
    folder = RunFolder(tmp_path / "run")
    with pytest.raises(InvalidTapeError) as refused:
        import_tape(written(tmp_path, *lines), folder)
    assert not folder.path.exists()
    return str(refused.value)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    folder = RunFolder(tmp_path_factory.mktemp("tape") / "run")
    import_tape(TAPE, folder)
    return folder


def lags_us_by_venue() -> dict[str, list[int]]:
    """Straight from the file, without our code."""
    lags: dict[str, list[int]] = {}
    with gzip.open(TAPE, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            lags.setdefault(row["exchange"], []).append(int(row["local_timestamp"]) - int(row["timestamp"]))
    return lags


def test_share_in_time_and_worst_lag_of_every_venue_are_those_of_the_file(imported: RunFolder) -> None:
    verdict = judge_run(imported)
    lags = lags_us_by_venue()
    objectives = {objective.group["venue"]: objective for objective in verdict.objectives}
    worst = {latency.venue: latency.response_ms_max for latency in verdict.latency}
    assert sorted(objectives) == sorted(lags)
    for venue, lags_us in lags.items():
        assert objectives[venue].total == len(lags_us)
        assert objectives[venue].good == sum(lag_us <= 100_000 for lag_us in lags_us)
        assert worst[venue] == max(lags_us) / 1000


def test_the_crash_missed_the_objective_at_every_venue(imported: RunFolder) -> None:
    verdict = judge_run(imported)
    assert verdict.status is Status.MISSED
    assert [objective.status for objective in verdict.objectives] == [Status.MISSED] * 4


def test_the_record_says_what_was_recorded(imported: RunFolder) -> None:
    record = imported.read_record()
    samples = read_samples(imported.samples)
    assert record.name == "trades_211659_211712"
    assert record.status is RunStatus.COMPLETE
    assert record.target.kind == "tape"
    assert record.target.venue == "binance, binance-delivery, coinbase, gemini"
    assert record.scheduled == samples.height == sum(map(len, lags_us_by_venue().values()))
    assert [(phase.name, phase.kind, phase.start_ns) for phase in record.phases] == [("feed", PhaseKind.FEED, 0)]
    assert samples["scheduled_ns"].min() == 0
    assert samples["sent_ns"].null_count() == samples.height
    assert with_derived_columns(samples, record.phases)["phase"].null_count() == 0
    assert record.deadline_ms == Decimal(100)
    assert [file.name for file in imported.objectives.iterdir()] == record.objectives == ["feed.yaml"]


def test_time_zero_is_the_earliest_trade_to_the_microsecond(tmp_path: Path) -> None:
    rows = [ROW.format(happened=1760130720052256 + late, heard=1760130720068693) for late in (5, 0)]
    folder = RunFolder(tmp_path / "run")
    record = import_tape(written(tmp_path, HEADER, *rows), folder)
    assert record.started_at == "2025-10-10T21:12:00.052256+00:00"
    samples = read_samples(folder.samples)
    assert samples["scheduled_ns"].to_list() == [0, 5000]
    assert samples["done_ns"].to_list() == [16_437_000, 16_437_000]


def test_a_recorder_ahead_of_the_venue_gives_a_negative_lag_and_no_error(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    record = import_tape(written(tmp_path, HEADER, ROW.format(happened=2_000_000, heard=1_999_000)), folder)
    samples = with_derived_columns(read_samples(folder.samples), record.phases)
    assert samples["response_ms"].to_list() == [-1.0]


def test_columns_may_come_in_any_order_and_only_four_are_needed(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    record = import_tape(
        written(tmp_path, "local_timestamp,timestamp,symbol,exchange", "9000,1000,ETHUSD,gemini"), folder
    )
    assert record.target.venue == "gemini"
    assert read_samples(folder.samples).select(pl.col("done_ns") - pl.col("scheduled_ns")).item() == 8_000_000


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (ROW.format(happened="", heard=2), "tape.csv: line 3: column 'timestamp': nothing: must be whole microseconds"),
        (ROW.format(happened=1, heard="soon"), "tape.csv: line 3: column 'local_timestamp': 'soon': must be whole"),
        (ROW.format(happened="1.5", heard=2), "column 'timestamp': '1.5': must be whole microseconds"),
        (ROW.format(happened=1, heard=2).replace("binance", ""), "column 'exchange': nothing: must name a venue"),
    ],
)
def test_a_broken_row_is_named_by_line_column_and_value(tmp_path: Path, row: str, said: str) -> None:
    assert said in refusal(tmp_path, HEADER, ROW.format(happened=1, heard=2), row)


def test_a_missing_column_is_named_beside_those_there_are(tmp_path: Path) -> None:
    message = refusal(tmp_path, "exchange,symbol,timestamp", "binance,POLUSDT,1")
    assert "line 1: column 'local_timestamp' is missing; the header has exchange, symbol, timestamp" in message


def test_a_tape_without_trades_is_refused(tmp_path: Path) -> None:
    assert "holds no trade" in refusal(tmp_path, HEADER)
    assert "column 'exchange' is missing" in refusal(tmp_path, "")


def test_what_is_no_tape_is_refused(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    with pytest.raises(InvalidTapeError, match=r"none\.csv: cannot be read"):
        import_tape(tmp_path / "none.csv", folder)
    with pytest.raises(InvalidTapeError, match="is a directory"):
        import_tape(tmp_path, folder)
    garbled = tmp_path / "garbled.csv.gz"
    garbled.write_bytes(TAPE.read_bytes()[:200])
    with pytest.raises(InvalidTapeError, match=r"garbled\.csv\.gz: "):
        import_tape(garbled, folder)


def test_the_command_that_is_recorded_can_be_given_again(imported: RunFolder) -> None:
    assert imported.read_record().command == ["brownout", "import", TAPE.name, "--out", "RUN"]


def test_a_run_is_not_written_over(imported: RunFolder) -> None:
    with pytest.raises(InvalidTapeError, match="holds a run already"):
        import_tape(TAPE, imported)
