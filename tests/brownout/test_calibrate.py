"""``brownout calibrate`` as a user meets it, on a ladder of two rates."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.waiting import wait_until

CALIBRATE = [sys.executable, "-m", "brownout", "calibrate"]
SHORT = ["--seconds", "1", "--rate-max", "500"]


def calibrated(*options: str, temporary: Path) -> subprocess.CompletedProcess[str]:
    environment = {"TMPDIR": str(temporary), "PATH": ""}
    return subprocess.run([*CALIBRATE, *options], capture_output=True, text=True, check=False, env=environment)


def test_it_tells_what_can_be_believed_and_leaves_nothing(tmp_path: Path) -> None:
    done = calibrated(*SHORT, "--deadline", "5s", "--json", temporary=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert (told["workers"], told["rate_per_s_max"]) == (1, 500)
    assert [step["rate_per_s"] for step in told["steps"]][-2:] == [500, 250]
    assert told["lag_ms_p99_at_half"] == told["steps"][-1]["generator"]["lag_ms_p99"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_table_has_a_line_for_each_rate_and_says_that_the_search_was_bounded(tmp_path: Path) -> None:
    done = calibrated(*SHORT, "--workers", "2", "--deadline", "2s", temporary=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "2 generators, 1 s at each rate:"
    assert [line.split()[0] for line in lines if line.endswith("holds")] == ["500/s", "250/s"]
    assert lines[-3:-1] == [
        "With 2 generators and a deadline of 2s, a verdict can be believed up to 500 arrivals/s.",
        "That was the highest rate to be tried; the machine may do more.",
    ]
    assert lines[-1].startswith("At half of it, 250/s: lag p50 ")


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--deadline", "soon", "--deadline: 'soon' is not a duration"),
        ("--deadline", "6s", "--deadline: '6s' must be at most 5s"),
        ("--rate-max", "100", "--rate-max"),
        ("--seconds", "0", "--seconds"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_starts(
    tmp_path: Path, option: str, value: str, says: str
) -> None:
    done = calibrated(option, value, temporary=tmp_path)
    assert (done.returncode, done.stdout) == (64, "")
    assert says in done.stderr


@pytest.mark.slow
def test_interrupted_it_leaves_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*CALIBRATE, "--seconds", "30"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"TMPDIR": str(tmp_path), "PATH": ""},
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        wait_until(lambda: bool(list(tmp_path.glob("*/step-0/samples/*"))), "the first step")
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint) == (130, "brownout: interrupted; nothing of a calibration is kept\n")
    assert list(tmp_path.iterdir()) == []
