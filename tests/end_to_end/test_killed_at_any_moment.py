"""Whoever holds faults is killed at a random moment: each fault is lifted, the exchange runs, the audit is clean."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chaos.audit import audit, ping_ms
from chaos.fault_client import FaultClient
from chaos.ground import Ground
from chaos.ground.embedded import EmbeddedProcess
from scenarios.targets.embedded import answers
from tests.chaos.running_proxy import RunningProxy
from tests.end_to_end.commands import descendants, start_brownout
from tests.end_to_end.conducting import LEASE_MS
from tests.end_to_end.waiting import wait_until
from tests.mock_exchange.served import TOKEN, Served, serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_200)]

CONDUCTORS = int(os.environ.get("BROWNOUT_KILLED_CONDUCTORS", "90"))
RUNS = int(os.environ.get("BROWNOUT_KILLED_RUNS", "10"))
KILLED_WITHIN_S = 0.6
"""Some conductors die before they have let anything in, some in the middle of it, most with all of it in force."""
LIFTED_WITHIN_S = 10 * LEASE_MS / 1_000
SEED = 20251010


def test_no_fault_outlives_its_conductor(capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(SEED)  # noqa: S311 - the moments; reproducible on purpose
    with serving({"service_time": {"distribution": "constant", "mean": "1ms"}}) as exchange, RunningProxy() as proxy:
        ground = _ground(exchange, proxy)
        before_ms = ping_ms(ground)
        assert before_ms is not None
        worst_s, met = 0.0, 0
        for trial in range(CONDUCTORS):
            faults = _killed_conductor(exchange, proxy, f"{SEED}/{trial}", chance.random() * KILLED_WITHIN_S)
            met += len(_in_force(ground))
            killed = time.monotonic()
            found = audit(ground, before_ms, LIFTED_WITHIN_S)
            worst_s = max(worst_s, time.monotonic() - killed)
            assert found.is_clean, f"trial {trial}, {faults}: {found.left}"
            assert exchange.process.poll() is None
    assert met > CONDUCTORS / 3, "or conductors died too early to have done anything"
    with capsys.disabled():
        told = f"{CONDUCTORS} killed conductors, {met} faults at the proxy then; clean after {worst_s:.2f} s at most"
        sys.stdout.write(f"\n{told}\n")


@pytest.mark.parametrize("trial", range(RUNS))
def test_no_process_outlives_its_run(trial: int, tmp_path: Path) -> None:
    moment_s = 1 + random.Random(f"{SEED}/{trial}").random() * 12  # noqa: S311 - from set-up until after the pause
    run = start_brownout("run", "pause", "--out", "run", cwd=tmp_path)
    time.sleep(moment_s)
    ours = descendants(run.pid)
    run.kill()
    run.communicate(timeout=60)
    wait_until(lambda: not any(process.is_running() for process in ours), "the end of every process", 10.0)


def _killed_conductor(exchange: Served, proxy: RunningProxy, seed: str, after_s: float) -> str:
    """What it was to let in."""
    told = [proxy.api, exchange.addresses["admin"], TOKEN, str(exchange.process.pid), seed]
    conductor = subprocess.Popen(
        [sys.executable, "-m", "tests.end_to_end.conducting", *told], stdout=subprocess.PIPE, text=True
    )
    assert conductor.stdout is not None
    with conductor.stdout:
        faults = conductor.stdout.readline().removeprefix("begun ").strip()
        assert faults, "the conductor has begun"
        time.sleep(after_s)  # a random moment is what this test is about
        conductor.kill()
        conductor.wait()
    return faults


def _ground(exchange: Served, proxy: RunningProxy) -> Ground:
    through_proxy = proxy.lead_to(exchange.addresses["rest"].removeprefix("http://"))
    return Ground(
        EmbeddedProcess(exchange.process.pid),
        FaultClient(proxy.api),
        FaultClient(exchange.addresses["admin"], named="exchange's admin port", token=TOKEN),
        lambda: answers(f"http://{through_proxy}"),
    )


def _in_force(ground: Ground) -> list[str]:
    """At the proxy, which answers even while the exchange is stopped."""
    return ground.need_proxy().in_force()
