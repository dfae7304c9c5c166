"""schemathesis, driven by the description that the project ships, finds no call that crashes the exchange.

``BROWNOUT_FUZZ_SECONDS=300`` fuzzes for as long as the project promises; CI is content with less.
"""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.conftest import ROOT
from tests.end_to_end.fuzzing.honest import honest_traffic
from tests.mock_exchange.served import Served, serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

SECONDS = int(os.environ.get("BROWNOUT_FUZZ_SECONDS", "30"))
MEGABYTE = 1 << 20
GROWTH_MAX = 200 * MEGABYTE
"""What thousands of accepted orders and their history may take; a leak of buffers takes more in less time."""
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def test_no_call_crashes_the_exchange_and_honest_traffic_goes_on(tmp_path: Path) -> None:
    pytest.importorskip("schemathesis", reason="in the e2e extra: make test-slow installs it")
    with serving({"open_orders_max": 1_000_000}) as served:
        process = psutil.Process(served.process.pid)
        before = process.memory_info().rss
        with honest_traffic(served) as honest:
            command = [
                *(sys.executable, "-m", "schemathesis.cli", "run", str(ROOT / "docs" / "openapi.json")),
                *("--url", served.addresses["rest"], "--checks", CHECKS, "--max-time", str(SECONDS)),
                *("--continue-on-failure", "--no-color", "--warnings", "off"),
            ]
            done = subprocess.run(
                command,
                env=os.environ
                | {"SCHEMATHESIS_HOOKS": "tests.end_to_end.fuzzing.signed_calls", "PYTHONPATH": str(ROOT)},
                cwd=tmp_path,  # it keeps a cache where it is
                capture_output=True,
                text=True,
                check=False,
                timeout=SECONDS + 300,
            )
        complaints = honest.complaints() + harm_done(served, process.memory_info().rss - before)
        if done.returncode:
            complaints.append(f"the fuzzer says:\n{done.stdout[-8000:]}{done.stderr[-2000:]}")
        placed = served.metrics()['exchange_requests_total{operation="order.place",outcome="done"}']
        if placed < len(honest.statuses) / 2:
            complaints.append("no order of the fuzzer's was taken: it tested little")
    assert not complaints, "\n\n".join(complaints)


def harm_done(served: Served, growth: int) -> list[str]:
    """Complaints about what must not grow, and what must not fail."""
    said = [f"memory grew by {growth // MEGABYTE} MiB"] if growth > GROWTH_MAX else []
    failed = {name: value for name, value in served.metrics().items() if 'outcome="failed"' in name and value}
    return [*said, f"failed by our own fault: {failed}"] if failed else said
