"""A real worker keeps the rule of ownership by itself, whatever a run tells it."""

import os
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from brownout import __version__
from scenarios.errors import TargetUnavailable
from slo.history import RunFolder
from tests.end_to_end.commands import command_line
from tests.scenarios.hosts.puppets import plan_for, run_with

ELSEWHERE = "http://203.0.113.9:8080"
"""An address for documentation (RFC 5737): nobody is there, and nothing is sent."""


@dataclass
class RealWorker:
    """``brownout worker``, joining where a puppet would."""

    secret: str
    options: tuple[str, ...] = ()
    code: int | None = None
    err: str = ""

    def live(self, address: str, _over: threading.Event) -> None:
        done = subprocess.run(
            command_line(["worker", "--master", address, *self.options]),
            env={**os.environ, "BROWNOUT_JOIN_KEY": self.secret},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        self.code, self.err = done.returncode, done.stderr


@pytest.mark.parametrize(
    "options",
    [(), ("--target", "http://203.0.113.9:8081", "--i-own-this-target"), ("--i-own-this-target",)],
    ids=["no consent", "consent to another port", "consent to nothing in particular"],
)
def test_a_target_that_the_worker_was_not_told_of_is_declined(options: tuple[str, ...], tmp_path: Path) -> None:
    worker = RealWorker("a secret that both ends hold", options)
    with (
        run_with(worker, wanted=1, folder=RunFolder(tmp_path), within_s=60, version=__version__) as run,
        pytest.raises(
            TargetUnavailable, match=r"generator did not start: target: 'http://203.0.113.9:8080' is the run's"
        ),
    ):
        run.start([plan_for(0, 1, ELSEWHERE)])
    assert worker.code == 64
    assert f"target: '{ELSEWHERE}' is the run's target, is not on this worker's loopback" in worker.err
    assert "start the worker with --target URL --i-own-this-target" in worker.err


def test_a_worker_that_names_a_host_must_own_it() -> None:
    worker = RealWorker("a secret that both ends hold", ("--target", ELSEWHERE))
    worker.live("127.0.0.1:9", threading.Event())
    assert (worker.code, worker.err.count("\n")) == (64, 1)
    assert "if it is yours, give --i-own-this-target" in worker.err
