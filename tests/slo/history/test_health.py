"""The health of generators is read back as it was written, as far as it was."""

from pathlib import Path

import pytest

from slo.errors import InvalidRunError
from slo.history import HealthSecond, read_health
from tests.slo.building import a_second, health


def written(folder: Path, worker: int, *seconds: HealthSecond, more: str = "") -> Path:
    file = folder / f"worker-{worker}.jsonl"
    file.write_text("".join(f"{second.model_dump_json()}\n" for second in seconds) + more)
    return file


def test_the_seconds_of_all_workers_are_read_in_order_of_time(tmp_path: Path) -> None:
    written(tmp_path, 0, a_second(0, worker=0), a_second(1, worker=0))
    written(tmp_path, 1, a_second(0.5, worker=1, calls=7))
    expected = health(a_second(0, worker=0), a_second(0.5, worker=1, calls=7), a_second(1, worker=0))
    assert read_health(tmp_path).equals(expected)


def test_what_a_killed_worker_has_not_written_to_the_end_is_passed_over(tmp_path: Path) -> None:
    written(tmp_path, 0, a_second(0), more='{"worker":0,"start_ns":1000')
    assert read_health(tmp_path).equals(health(a_second(0)))


def test_a_line_that_is_no_second_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, 0, a_second(0), more='{"worker":0}\n')
    with pytest.raises(InvalidRunError, match=f"{file}: line 2: is no second of a generator: .*start_ns"):
        read_health(tmp_path)


def test_an_old_run_has_none(tmp_path: Path) -> None:
    assert read_health(tmp_path / "health").equals(health())
