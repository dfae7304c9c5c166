"""Kill, pause, partition and CPU limit on real containers: each is felt, healed, and its recovery is told."""

from pathlib import Path

import pytest
import yaml

from slo.history import EventKind, RunFolder, RunStatus, read_events, read_samples
from tests.end_to_end.commands import brownout

pytestmark = [pytest.mark.docker, pytest.mark.timeout(900)]

FAULTS = ("pause", "cpu_limit", "partition", "kill")
SCENARIO = {
    "name": "containers",
    "target": {"kind": "compose"},
    "traffic": {
        "mix": {"order.place": 50, "book.read": 50},
        "timeout": "1s",
        "phases": [{"name": "steady", "for": "34s", "open": {"rate": "50/s"}}],
    },
    "faults": [
        {"at": "steady + 2s", "for": "2s", "kind": "pause"},
        {"at": "steady + 8s", "for": "3s", "kind": "cpu_limit", "with": {"cpu_percent": 2}},
        {"at": "steady + 15s", "for": "3s", "kind": "partition"},
        {"at": "steady + 23s", "for": "2s", "kind": "kill"},
    ],
    "stop_when": "never",
    "objectives": ["order-entry-smoke.yaml"],
}


def test_each_fault_is_felt_and_healed_and_its_recovery_is_told(tmp_path: Path) -> None:
    (tmp_path / "containers.yaml").write_text(yaml.safe_dump(SCENARIO), encoding="utf-8")
    done = brownout("run", "containers.yaml", "--out", "run", "--report-only", cwd=tmp_path)
    assert done.code == 0, done.err
    folder = RunFolder(tmp_path / "run")
    assert folder.read_record().status is RunStatus.COMPLETE
    events = read_events(folder.events)
    assert [event for event in events if event.kind is EventKind.FAULT_FAILED] == []
    healed = {event.detail["recovered_ms"] for event in events if event.kind is EventKind.FAULT_HEALED}
    assert len(healed) == len(FAULTS)
    assert [event for event in events if event.kind is EventKind.PROCESS_EXITED] == []
    touched = set(read_samples(folder.samples)["fault"].unique().drop_nulls())
    assert touched == {f"{kind}-{number}" for number, kind in enumerate(FAULTS, start=1)}
    assert folder.ledger.stat().st_size > 0  # the admin port is where it was before the kill
    assert "answered again after" in folder.path.joinpath("report.md").read_text(encoding="utf-8")
