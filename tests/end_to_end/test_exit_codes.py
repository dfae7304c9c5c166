"""Each exit code, reached on purpose by a command."""

import signal
from pathlib import Path

import pytest

from slo.history import EventKind, RunFolder, RunStatus, read_events
from tests.end_to_end.commands import brownout, start_brownout
from tests.end_to_end.waiting import wait_until

pytestmark = pytest.mark.slow

OBJECTIVE = """\
apiVersion: openslo/v1
kind: SLO
metadata: {{name: orders}}
spec:
  service: order-entry
  budgetingMethod: Occurrences
  timeWindow: [{{duration: 30d, isRolling: true}}]
  indicator:
    metadata: {{name: orders-ok}}
    spec:
      ratioMetric:
        good: {{metricSource: {{type: brownout, spec: {{query: "{good}"}}}}}}
        total: {{metricSource: {{type: brownout, spec: {{query: "op = 'order.place'"}}}}}}
  objectives: [{{target: {target}}}]
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cwd = tmp_path_factory.mktemp("exit-codes")
    # A generator that lags on a busy host would make every verdict inconclusive; with this deadline no lag matters.
    patient = ("--set", "traffic.timeout=10m", "--set", "traffic.deadline=10m")
    done = brownout("run", "smoke", *patient, "--out", "run", "--report-only", cwd=cwd)
    assert done.code == 0, done.err
    return cwd / "run"


@pytest.mark.parametrize(
    ("good", "target", "code"),
    [
        ("op = 'order.place' and outcome = 'ok'", "0.5", 0),
        ("op = 'order.place' and outcome = 'shed'", "0.5", 1),
        ("op = 'order.place' and outcome = 'ok'", "0.9999999", 2),
    ],
    ids=["met", "missed", "inconclusive"],
)
def test_a_verdict_has_its_exit_code(run: Path, tmp_path: Path, good: str, target: str, code: int) -> None:
    objective = tmp_path / "orders.yaml"
    objective.write_text(OBJECTIVE.format(good=good, target=target), encoding="utf-8")
    assert brownout("judge", run, "--objectives", objective, cwd=tmp_path).code == code


def test_report_only_exits_with_0_whatever_the_verdict(run: Path, tmp_path: Path) -> None:
    objective = tmp_path / "orders.yaml"
    objective.write_text(
        OBJECTIVE.format(good="op = 'order.place' and outcome = 'shed'", target="0.5"), encoding="utf-8"
    )
    done = brownout("judge", run, "--objectives", objective, "--report-only", cwd=tmp_path)
    assert (done.code, "missed" in done.out) == (0, True)


def test_a_bad_scenario_exits_with_64_and_starts_nothing(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("name: bad\ntraffic: {mix: {order.plce: 1}, phases: []}\n", encoding="utf-8")
    done = brownout("run", "bad.yaml", "--out", "run", cwd=tmp_path)
    assert done.code == 64
    assert "bad.yaml" in done.err
    assert "order.plce" in done.err
    assert not (tmp_path / "run").exists()


def test_a_bad_exchange_setting_exits_with_64_and_names_its_place_in_the_scenario(tmp_path: Path) -> None:
    done = brownout("run", "smoke", "--set", "target.exchange.queue={length: -1}", "--out", "run", cwd=tmp_path)
    assert done.code == 64
    assert "target.exchange.queue.length" in done.err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("flag", [(), ("--i-own-this-target",)])
def test_another_host_on_the_command_line_exits_with_64_and_starts_nothing(
    flag: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWNOUT_KEY", "key")
    monkeypatch.setenv("BROWNOUT_SECRET", "secret")
    done = brownout("run", "smoke", "--target", "http://198.51.100.7:8080", *flag, cwd=tmp_path)
    assert done.code == 64
    assert "only a host that the scenario file names" in " ".join(done.err.split())
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_option_exits_with_64(tmp_path: Path) -> None:
    assert brownout("run", "smoke", "--no-such-option", cwd=tmp_path).code == 64


def test_a_run_folder_that_is_not_there_exits_with_64(tmp_path: Path) -> None:
    assert brownout("judge", "nowhere", cwd=tmp_path).code == 64


def test_a_target_that_does_not_answer_exits_with_69(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWNOUT_KEY", "key")
    monkeypatch.setenv("BROWNOUT_SECRET", "secret")
    done = brownout("run", "smoke", "--target", "http://127.0.0.1:1", "--out", "run", cwd=tmp_path)
    assert done.code == 69
    assert "http://127.0.0.1:1" in done.err


def test_an_interrupt_exits_with_130_and_keeps_what_was_measured(tmp_path: Path) -> None:
    process = start_brownout("run", "pause", "--out", "run", cwd=tmp_path)
    folder = RunFolder(tmp_path / "run")
    wait_until(lambda: _fault_applied(folder), "the pause")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    kinds = [event.kind for event in read_events(folder.events)]
    assert EventKind.FAULT_HEALED in kinds
    assert EventKind.RUN_INTERRUPTED in kinds
    record = folder.read_record()
    assert record.status is RunStatus.INTERRUPTED
    assert record.scheduled > 0


def _fault_applied(folder: RunFolder) -> bool:
    return any(event.kind is EventKind.FAULT_APPLIED for event in read_events(folder.events))
