"""A venue that gives no ledger is asked about each order in doubt; what it says is what our exchange's ledger says."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from chaos.guardian import Guardian
from scenarios.processes import RunProcess
from scenarios.targets.embedded import read_ledger
from slo.history import Outcome, RunFolder
from tests.end_to_end.commands import brownout
from tests.end_to_end.test_unknown_executions import ARRIVAL, placed

pytestmark = pytest.mark.slow

SCENARIO = """
name: lost-replies
target: {kind: url, url: "%s", venue: {weight_per_minute: null}}
traffic:
  mix: {order.place: 80, book.read: 20}
  deadline: 400ms
  timeout: 500ms
  retries: {policy: naive, attempts: 2}
  phases:
    - {name: steady, for: 10s, open: {rate: 60/s}}
faults:
  - {at: steady + 2s, for: 3s, kind: abort, on: {op: order.place}, with: {phase: after, probability: 0.6}}
  - {at: steady + 6s, for: 3s, kind: black_hole, on: {op: order.place}, with: {phase: before, probability: 0.6}}
stop_when: never
objectives: [order-entry.yaml]
"""
TOKEN = "opensesame"


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Mapping[str, object]]:
    ports = ["--rest-port", "0", "--ws-port", "0", "--admin-port", "0", "--metrics-port", "0"]
    options = [*ports, "--key", "key:secret", "--admin-token", TOKEN]
    with Guardian() as guardian:
        process = RunProcess("exchange", "mock_exchange", options, guardian, tmp_path)
        try:
            yield process.wait_until_ready()
        finally:
            assert process.terminate() == 0


def test_the_interval_closes_to_a_point_by_queries_alone(
    exchange: Mapping[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWNOUT_KEY", "key")
    monkeypatch.setenv("BROWNOUT_SECRET", "secret")
    (tmp_path / "lost-replies.yaml").write_text(SCENARIO % exchange["rest"], encoding="utf-8")
    done = brownout("run", "lost-replies.yaml", "--out", "run", "--report-only", cwd=tmp_path)
    assert done.code == 0, done.err
    folder = RunFolder(tmp_path / "run")
    assert not folder.ledger.exists()
    verdict = json.loads(folder.verdict.read_text(encoding="utf-8"))
    (orders,) = (each for each in verdict["availability"] if each["op"] == "order.place")
    executed = executed_by_arrival(str(exchange["admin"]))
    outcomes = placed(folder)
    unknown = [arrival for arrival, outcome in outcomes.items() if outcome is Outcome.UNKNOWN]
    times = [executed[arrival] for arrival in unknown]
    assert orders["source"] == "query"
    assert orders["unresolved"] == 0
    assert orders["executed_once"] == times.count(1)
    assert orders["not_executed"] == times.count(0)
    assert orders["executed_twice"] == len(times) - times.count(0) - times.count(1)
    assert orders["lower"] == orders["upper"]
    assert times.count(0) > 0 < orders["executed_twice"]  # both faults had their effect
    assert "the venue's answers tell" in folder.path.joinpath("report.md").read_text(encoding="utf-8")


def executed_by_arrival(admin: str) -> Counter[int]:
    """Counted by hand from the ledger of the exchange, which the run did not see."""
    ids = (json.loads(line)["clientOrderId"] for line in (read_ledger(admin, TOKEN) or b"").splitlines())
    return Counter(int(match[1]) for each in ids if (match := ARRIVAL.fullmatch(each)))
