"""The Chaos Toolkit, unmodified, runs the experiment that we ship, and one of faults of meaning."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.running_proxy import RunningProxy
from tests.conventions.sources import ROOT
from tests.mock_exchange.served import TOKEN, Served, serving

pytestmark = pytest.mark.slow
pytest.importorskip("chaoslib", reason="pip install '.[e2e]' brings chaostoolkit")

SHIPPED = ROOT / "docs" / "examples" / "slow-orders.json"


@pytest.fixture(scope="module")
def exchange() -> Iterator[Served]:
    with serving() as served:
        yield served


def run_experiment(file: Path, folder: Path, variables: Mapping[str, str]) -> tuple[int, Any]:
    """The toolkit's exit code, and its journal."""
    journal = folder / "journal.json"
    command = [sys.executable, "-m", "chaostoolkit", "--log-file", str(folder / "chaos.log")]
    command += ["run", "--journal-path", str(journal), str(file)]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | dict(variables), capture_output=True, text=True, timeout=120, check=False
    )
    assert journal.exists(), done.stderr
    return done.returncode, json.loads(journal.read_text(encoding="utf-8"))


def outputs(journal: Any) -> dict[str, Any]:
    return {step["activity"]["name"]: step["output"] for step in journal["run"]}


def test_the_experiment_that_we_ship_completes_and_leaves_nothing(exchange: Served, tmp_path: Path) -> None:
    with RunningProxy() as proxy:
        venue = proxy.lead_to(f"127.0.0.1:{exchange.port()}")
        code, journal = run_experiment(
            SHIPPED, tmp_path, {"BROWNOUT_PROXY": proxy.api, "BROWNOUT_VENUE": f"http://{venue}"}
        )
        assert (code, journal["status"], journal["deviated"]) == (0, "completed", False)
        assert outputs(journal)["the fault was felt"] == outputs(journal)["lift it"]["hits"] == 1
        assert proxy.faults()["slow"]["lifted_by"] == "owner"


def test_faults_of_meaning_can_be_ordered_and_a_forgotten_one_is_rolled_back(exchange: Served, tmp_path: Path) -> None:
    venue = f"http://127.0.0.1:{exchange.port()}"
    experiment = {
        "title": "The book is wrong",
        "description": "and nobody lifts the fault",
        "configuration": {"brownout_admin": exchange.addresses["admin"]},
        "secrets": {"brownout": {"admin_token": TOKEN}},
        "method": [
            {
                "type": "action",
                "name": "show half as much again",
                "provider": {
                    "type": "python",
                    "module": "chaos.toolkit.actions",
                    "func": "apply_fault",
                    "secrets": ["brownout"],
                    "arguments": {"kind": "wrong_book", "parameters": {"where": "rest", "quantity_off_percent": 50}},
                },
            },
            {
                "type": "probe",
                "name": "somebody looks at it",
                "provider": {
                    "type": "python",
                    "module": "chaos.toolkit.probes",
                    "func": "venue_answers",
                    "arguments": {"url": f"{venue}/api/v3/depth?symbol=BTCUSDT", "timeout_s": 10},
                },
            },
        ],
        "rollbacks": [
            {
                "type": "action",
                "name": "lift",
                "provider": {"type": "python", "module": "chaos.toolkit.actions", "func": "lift_all_faults"},
            }
        ],
    }
    file = tmp_path / "experiment.json"
    file.write_text(json.dumps(experiment), encoding="utf-8")
    code, journal = run_experiment(file, tmp_path, {})
    assert (code, journal["status"]) == (0, "completed"), journal
    assert journal["rollbacks"][0]["output"] == {"wrong_book": {"hits": 1}}
    assert exchange.place().status == 200


def test_an_order_that_breaks_a_rule_fails_and_says_why(exchange: Served, tmp_path: Path) -> None:
    shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))
    shipped["method"][0]["provider"]["arguments"]["parameters"] = {"latency_ms": -1}
    file = tmp_path / "experiment.json"
    file.write_text(json.dumps(shipped), encoding="utf-8")
    with RunningProxy() as proxy:
        venue = proxy.lead_to(f"127.0.0.1:{exchange.port()}")
        _, journal = run_experiment(file, tmp_path, {"BROWNOUT_PROXY": proxy.api, "BROWNOUT_VENUE": f"http://{venue}"})
    first = journal["run"][0]
    assert first["status"] == "failed"
    assert "must be at least 0" in json.dumps(first["exception"])
