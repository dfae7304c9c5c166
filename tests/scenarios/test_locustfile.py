"""Plain Locust with our locustfile: our operations in its statistics, and clear words where it may not start."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scenarios.operations import OPERATIONS
from tests.scenarios.responder import Responder

LOCUSTFILE = Path(__file__).parents[2] / "scenarios" / "locustfile.py"


def locust(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    without_ours = {name: value for name, value in os.environ.items() if not name.startswith("BROWNOUT_")}
    return subprocess.run(
        [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--headless", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
        env=without_ours | environment,
    )


def test_locust_drives_our_operations_and_counts_each_arrival() -> None:
    with Responder() as responder:
        ended = locust(
            "--host", responder.url, "--users", "3", "--spawn-rate", "3", "--run-time", "5s", "--arrival-rate", "40",
            "--answer-timeout", "30", "--json", "--skip-log", BROWNOUT_KEY="k", BROWNOUT_SECRET="s",
        )  # fmt: skip
        served = len(responder.asked)
    assert ended.returncode == 0, ended.stderr
    told = {entry["name"]: entry for entry in json.loads(ended.stdout)}
    assert set(told) <= {operation.value for operation in OPERATIONS}
    assert {"order.place", "order.cancel"} <= set(told)
    counted = sum(entry["num_requests"] for entry in told.values())
    assert sum(entry["num_failures"] for entry in told.values()) == 0, "what the end cuts off is no failure"
    # All but the four questions before the traffic: what is in flight at the end is waited for.
    assert counted == served - 4


@pytest.mark.parametrize(
    ("host", "environment", "told"),
    [
        ("http://127.0.0.1:1", {}, "BROWNOUT_KEY and BROWNOUT_SECRET must hold the API credentials"),
        ("http://127.0.0.1:1", {"BROWNOUT_KEY": "k:s", "BROWNOUT_ARRIVALS": "ramp"}, "needs a phase with an end"),
        ("http://198.51.100.7:80", {"BROWNOUT_KEY": "k:s"}, "is not on this host's loopback"),
    ],
)
def test_locust_is_told_why_it_may_not_start(host: str, environment: dict[str, str], told: str) -> None:
    ended = locust("--host", host, "--run-time", "1s", **environment)
    assert ended.returncode == 64
    assert told in ended.stderr


def test_locust_is_told_when_the_venue_is_not_there() -> None:
    with Responder() as responder:
        url = responder.url
    ended = locust("--host", url, "--run-time", "20s", BROWNOUT_KEY="k:s")
    assert ended.returncode == 64
    assert "does not answer GET /api/v3/ping" in ended.stderr
