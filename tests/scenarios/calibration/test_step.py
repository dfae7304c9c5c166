"""A step is a real run against the real responder, and holds or not by what a verdict would bear."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from scenarios.calibration import Step, Terms, measured
from scenarios.run import RunSettings
from slo.history import RunFolder
from slo.verdict import ReasonKind


def settings_of(folder: Path) -> RunSettings:
    return RunSettings(RunFolder(folder), "calibrationtest", "", (), "0", {})


@contextmanager
def responder() -> Iterator[tuple[subprocess.Popen[bytes], HTTPConnection]]:
    command = [sys.executable, "-m", "scenarios.calibration.responder"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            connection = HTTPConnection(urlsplit(json.loads(process.stdout.readline())["rest"]).netloc, timeout=10)
            yield process, connection
            connection.close()
        finally:
            process.kill()


def asked(connection: HTTPConnection, method: str, path: str, body: bytes | None = None) -> Any:
    connection.request(method, path, body)
    reply = connection.getresponse()
    assert reply.status == 200
    return json.loads(reply.read())


def test_what_a_client_asks_before_it_trades_is_answered_and_an_order_is_accepted() -> None:
    with responder() as (_, connection):
        (symbol,) = asked(connection, "GET", "/api/v3/exchangeInfo?symbol=BTCUSDT")["symbols"]
        assert symbol["symbol"] == asked(connection, "GET", "/api/v3/ticker/bookTicker?symbol=BTCUSDT")["symbol"]
        assert asked(connection, "POST", "/api/v3/order?symbol=BTCUSDT&side=BUY")["status"] == "NEW"
        assert asked(connection, "POST", "/api/v3/order", b"symbol=BTCUSDT&side=BUY")["status"] == "NEW"
        assert asked(connection, "GET", "/api/v3/ping") == {}


def test_asked_to_end_it_tells_how_busy_it_was() -> None:
    with responder() as (process, connection):
        for _ in range(200):
            asked(connection, "POST", "/api/v3/order")
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert process.wait(10) == 0
    assert told["busy_ns"] > 0
    assert told["open_ns"] > 0


def test_a_step_is_a_run_whose_arrivals_were_all_answered(tmp_path: Path) -> None:
    step = measured(200, Terms(seconds=1), settings_of(tmp_path))
    assert step.answered == step.scheduled > 0
    assert step.rate_per_s == 200
    assert step.generator.calls == step.scheduled
    assert step.generator.lag_ms_p99_allowed == 50
    assert step.responder_busy_share is not None
    assert step.responder_busy_share > 0


def test_a_later_deadline_bears_a_longer_lag(tmp_path: Path) -> None:
    step = measured(50, Terms(seconds=1, deadline="2s"), settings_of(tmp_path))
    assert step.generator.lag_ms_p99_allowed == 100


@pytest.mark.slow
def test_a_rate_beyond_any_generator_does_not_hold_and_the_step_says_why(tmp_path: Path) -> None:
    step: Step = measured(100_000, Terms(seconds=1), settings_of(tmp_path))
    assert not step.holds
    assert {reason.kind for reason in step.reasons} & {ReasonKind.GENERATOR_LAGGED, ReasonKind.GENERATOR_DROPPED}
