"""Plain Locust with our locustfile, as processes of their own, against the mock exchange as another."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LOCUSTFILE = Path(__file__).parents[2] / "scenarios" / "locustfile.py"
ANSWER_SECONDS_MAX = 30
END_SECONDS_MAX = 60
NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@contextlib.contextmanager
def exchange() -> Iterator[str]:
    """The mock exchange with the account that the users have; its URL."""
    ports = [part for name in ("rest", "ws", "admin", "metrics") for part in (f"--{name}-port", "0")]
    command = [sys.executable, "-m", "mock_exchange", *ports, "--key", "k:s"]
    with ended(subprocess.Popen(command, stdout=subprocess.PIPE, text=True)) as process:
        assert process.stdout is not None
        with process.stdout:
            yield str(json.loads(process.stdout.readline())["rest"])


def locust(*arguments: str, log: Path) -> "subprocess.Popen[str]":
    """Start Locust; the caller ends it."""
    without_ours = {name: value for name, value in os.environ.items() if not name.startswith("BROWNOUT_")}
    with log.open("w") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), *arguments],
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
            env=without_ours | {"BROWNOUT_KEY": "k:s"},
        )


@contextlib.contextmanager
def ended(process: "subprocess.Popen[str]") -> Iterator["subprocess.Popen[str]"]:
    """The process, which is gone afterwards."""
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(END_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def asked(url: str, **form: str) -> str:
    """What a page answers: to a GET, or to a form."""
    data = urllib.parse.urlencode(form).encode() if form else None
    with NO_PROXY.open(url, data, timeout=ANSWER_SECONDS_MAX) as response:
        return str(response.read().decode())


def statistics(url: str) -> dict[str, Any]:
    """What Locust's UI polls, by its own names; ``tables`` are ours by their keys, each by the rows' names."""
    told: dict[str, Any] = json.loads(asked(f"{url}/stats/requests"))
    tables = {table["key"]: {row["name"]: row for row in table["data"]} for table in told["extended_stats"]}
    return {**told, "tables": tables, "by_name": {entry["name"]: entry for entry in told["stats"]}}


def answers(url: str) -> bool:
    """Whether something serves the page."""
    try:
        asked(f"{url}/stats/requests")
    except OSError:
        return False
    return True
