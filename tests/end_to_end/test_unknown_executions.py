"""Orders whose fate nobody told: the report's interval closes to what the ledger says, and doubles are counted."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from slo.history import EventKind, Operation, Outcome, RunFolder, faults_seen, read_events, read_samples
from tests.end_to_end.commands import brownout

pytestmark = pytest.mark.slow

ARRIVAL = re.compile(r"bo-.+?-(\d+)(?:-r\d+)?")


def test_the_interval_closes_to_the_ledger_and_doubles_are_counted(tmp_path: Path) -> None:
    done = brownout("run", "unknown-executions", "--out", "run", "--report-only", cwd=tmp_path)
    assert done.code == 0, done.err
    folder = RunFolder(tmp_path / "run")
    verdict = json.loads(folder.verdict.read_text(encoding="utf-8"))
    (orders,) = (each for each in verdict["availability"] if each["op"] == "order.place")
    executed = ledger(folder)
    outcomes = placed(folder)
    unknown = [arrival for arrival, outcome in outcomes.items() if outcome is Outcome.UNKNOWN]
    once = sum(executed[arrival] == 1 for arrival in unknown)
    twice = sum(executed[arrival] > 1 for arrival in unknown)
    assert (orders["executed_once"], orders["executed_twice"]) == (once, twice)
    assert orders["not_executed"] == len(unknown) - once - twice
    assert orders["unresolved"] == 0
    ok = sum(outcome is Outcome.OK for outcome in outcomes.values())
    assert orders["lower"] == orders["upper"] == round((ok + once) / len(outcomes), 9)
    assert orders["duplicated"] == sum(times > 1 for times in executed.values()) > 0
    assert 0 < len(unknown) < len(outcomes)
    assert twice > 0 < orders["not_executed"]  # both kinds
    assert 0 < once < len(unknown)  # so the point lies inside of the interval that was open before
    assert orders["source"] == "ledger"
    assert orders["contradicted"] == 0  # what the venue said of each, when it was asked, agrees with its ledger
    (asked,) = (event for event in read_events(folder.events) if event.kind is EventKind.ORDERS_ASKED)
    assert 0 < int(str(asked.detail["answered"])) <= int(str(asked.detail["in_doubt"])) == len(unknown)
    assert unknown_execution_hits(folder) == {True, False}
    assert "placed more than once" in folder.path.joinpath("report.md").read_text(encoding="utf-8")


def unknown_execution_hits(folder: RunFolder) -> set[bool]:
    """Of the exchange's own faults that touched orders, whether they were of the kind that does them."""
    faults = folder.read_record().faults
    done = {fault.id: bool(fault.parameters["done"]) for fault in faults if fault.kind == "unknown_execution"}
    return {done[fault] for fault in faults_seen(read_samples(folder.samples)) & done.keys()}


def ledger(folder: RunFolder) -> Counter[int]:
    """How often the exchange accepted an order of each arrival, counted by hand."""
    ids = (json.loads(line)["clientOrderId"] for line in folder.ledger.read_text(encoding="utf-8").splitlines())
    return Counter(int(match[1]) for each in ids if (match := ARRIVAL.fullmatch(each)))


def placed(folder: RunFolder) -> dict[int, Outcome]:
    samples = read_samples(folder.samples)
    rows = samples.select("op", "arrival", "outcome").iter_rows()
    return {arrival: Outcome(outcome) for op, arrival, outcome in rows if op == Operation.ORDER_PLACE.value}
