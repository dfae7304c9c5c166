"""A run through ccxt: every arrival is accounted for, and a pause does to it what it does to our own client."""

import json
from collections import Counter
from pathlib import Path

import pytest

from slo.history import Operation, Outcome, RunFolder, RunStatus, read_samples
from tests.end_to_end.commands import brownout

pytestmark = pytest.mark.slow

SCENARIO = """
name: a-pause
target: {kind: embedded}
traffic:%s
  mix: {order.place: 40, order.cancel: 20, order.query: 15, book.read: 10, account.read: 5, ticker.read: 10}
  deadline: 800ms
  timeout: 1s
  phases: [{name: steady, for: 12s, open: {rate: 20/s, arrivals: constant}}]
faults: [{at: steady + 4s, for: 4s, kind: pause}]
stop_when: never
objectives: [order-entry.yaml]
"""
WRITES = {Operation.ORDER_PLACE.value, Operation.ORDER_CANCEL.value}


def outcomes(folder: RunFolder) -> Counter[tuple[bool, str]]:
    """By whether the operation writes."""
    record, samples = folder.read_record(), read_samples(folder.samples)
    assert record.status is RunStatus.COMPLETE
    assert samples.height == record.scheduled == 240
    rows = samples.select("op", "outcome").iter_rows()
    return Counter((op in WRITES, outcome) for op, outcome in rows)


def test_ccxt_and_our_own_client_tell_the_same_of_a_pause(tmp_path: Path) -> None:
    pytest.importorskip("ccxt", reason="ccxt is in the e2e extra: make test-slow installs it")
    told = {}
    for name, client in (("own", ""), ("ccxt", "\n  ccxt: binance")):
        (tmp_path / f"{name}.yaml").write_text(SCENARIO % client, encoding="utf-8")
        done = brownout("run", f"{name}.yaml", "--out", name, "--report-only", cwd=tmp_path)
        assert done.code == 0, done.err
        told[name] = outcomes(RunFolder(tmp_path / name))
        assert set(told[name]) == {
            (True, Outcome.OK.value),
            (True, Outcome.UNKNOWN.value),
            (False, Outcome.OK.value),
            (False, Outcome.FAILED.value),
        }
    # Whatever is due in the 3 s of the pause that are longer than the timeout is lost: 60 of 240, in both.
    for writes, lost in ((True, Outcome.UNKNOWN.value), (False, Outcome.FAILED.value)):
        assert told["ccxt"][writes, lost] == pytest.approx(told["own"][writes, lost], abs=8)
    verdict = json.loads(RunFolder(tmp_path / "ccxt").verdict.read_text(encoding="utf-8"))
    (orders,) = (each for each in verdict["availability"] if each["op"] == "order.place")
    assert (orders["unresolved"], orders["contradicted"]) == (0, 0)


def test_an_exchange_that_ccxt_does_not_have_is_refused_before_anything_starts(tmp_path: Path) -> None:
    pytest.importorskip("ccxt", reason="ccxt is in the e2e extra: make test-slow installs it")
    (tmp_path / "none.yaml").write_text(SCENARIO % "\n  ccxt: binanse", encoding="utf-8")
    done = brownout("run", "none.yaml", "--out", "run", cwd=tmp_path)
    assert done.code == 64
    assert "is no exchange of ccxt's" in " ".join(done.err.split())
    assert not (tmp_path / "run").exists()
