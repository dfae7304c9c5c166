"""An exchange that may be killed at any time."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.mock_exchange.served import ACCOUNTS, FREE_PORTS, TOKEN, Json, Served, command_line


def end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


class Mortal(Served):
    """A running exchange with a data folder. Its stderr is kept in a file, because nobody reads it meanwhile."""

    recovered: Json

    def kill(self) -> None:
        end(self.process)


def spawn(folder: Path, config: Mapping[str, object] | None = None, *arguments: str) -> "subprocess.Popen[str]":
    """``folder`` gets a configuration, an error log, and the data."""
    content = {"admin_token": TOKEN, "accounts": ACCOUNTS} | dict(config or {})
    (folder / "exchange.json").write_text(json.dumps(content), encoding="utf-8")
    with (folder / "errors.txt").open("a", encoding="utf-8") as errors:
        return subprocess.Popen(
            command_line(
                *FREE_PORTS, "--config", str(folder / "exchange.json"), "--data", str(folder / "data"), *arguments
            ),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=os.environ | {"PYTHONWARNINGS": "error"},
        )


@contextmanager
def alive(folder: Path, config: Mapping[str, object] | None = None, *arguments: str) -> Iterator[Mortal]:
    """Dead afterwards, whoever killed it."""
    process = spawn(folder, config, *arguments)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, (folder / "errors.txt").read_text(encoding="utf-8")
        ready = json.loads(line)
        served = Mortal(process, {name: ready[name] for name in ("rest", "ws", "admin", "metrics")})
        served.recovered = ready["recovered"]
        yield served
    finally:
        end(process)
