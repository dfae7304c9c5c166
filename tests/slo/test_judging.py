"""Judging a folder: the same bytes every time, and clear words for what is no run."""

import json
import shutil
from pathlib import Path

import pytest

from slo.errors import InvalidObjectiveError, InvalidRunError
from slo.history import RunFolder, write_samples
from slo.judging import judge_run
from slo.verdict import Status
from tests.slo.building import S, a_record, arrivals, closed_phase, open_phase, together

OBJECTIVES = """
apiVersion: openslo/v1
kind: SLO
metadata: {name: orders}
spec:
  service: order-entry
  indicator:
    spec:
      ratioMetric:
        good: {metricSource: {spec: {query: outcome = 'ok'}}}
        total: {metricSource: {spec: {query: op = 'order.place'}}}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A run of a two-step sweep and a second of load, with one order in doubt that the ledger knows of."""
    folder = RunFolder(tmp_path / "run")
    phases = [closed_phase(1, 0, S), closed_phase(2, S, 2 * S), open_phase("steady", 2 * S, 3 * S)]
    samples = together(
        arrivals(500, every_ns=5_000_000), arrivals(1, start_ns=2 * S + 1, outcome="unknown", service_ms=None)
    )
    folder.samples.mkdir(parents=True)
    folder.objectives.mkdir()
    write_samples(samples, folder.samples / "part.parquet")
    folder.write_record(a_record(samples, phases))
    (folder.objectives / "small.yaml").write_text(OBJECTIVES, encoding="utf-8")
    doubtful = samples.filter(samples["outcome"] == "unknown")["arrival"].item()
    folder.ledger.write_text(json.dumps({"clientOrderId": f"bo-t-{doubtful}"}) + "\n", encoding="utf-8")
    return folder


def test_a_run_is_judged_by_its_own_objectives_and_reported(folder: RunFolder) -> None:
    verdict = judge_run(folder)
    assert verdict.status is Status.MET
    assert verdict.objectives[0].bad == 1
    for file in (folder.verdict, folder.report_html, folder.report_markdown, folder.junit):
        assert file.stat().st_size > 0


def test_the_ledger_closes_the_availability_interval(folder: RunFolder) -> None:
    (interval,) = judge_run(folder).availability
    assert (interval.unknown, interval.executed_once, interval.lower, interval.upper) == (1, 1, 1.0, 1.0)


def test_judging_again_gives_the_same_bytes_wherever_the_folder_lies(folder: RunFolder, tmp_path: Path) -> None:
    judge_run(folder)
    first = folder.verdict.read_bytes()
    judge_run(folder)
    assert folder.verdict.read_bytes() == first
    moved = RunFolder(tmp_path / "elsewhere" / "run")
    shutil.copytree(folder.path, moved.path)
    judge_run(moved)
    assert moved.verdict.read_bytes() == first
    assert str(tmp_path).encode() not in first


def test_other_objectives_may_be_asked(folder: RunFolder, tmp_path: Path) -> None:
    strict = tmp_path / "strict.yaml"
    strict.write_text(OBJECTIVES.replace("0.99", "0.995"), encoding="utf-8")
    verdict = judge_run(folder, [strict])
    assert verdict.status is Status.INCONCLUSIVE
    assert verdict.objectives[0].file == "strict.yaml"
    report = folder.report_markdown.read_text(encoding="utf-8")
    assert "brownout judge RUN --objectives strict.yaml" in report
    assert "small.yaml" not in report


def test_two_objectives_of_one_name_are_refused(folder: RunFolder, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(OBJECTIVES, encoding="utf-8")
    rule = r"other\.yaml: .*'orders': is the name of an objective in small\.yaml"
    with pytest.raises(InvalidObjectiveError, match=rule):
        judge_run(folder, [folder.objectives / "small.yaml", other])


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRunError, match=r"holds no run: run\.json cannot be read"):
        judge_run(RunFolder(tmp_path))


def test_a_record_that_is_none_is_refused_with_place_and_value(folder: RunFolder) -> None:
    record = json.loads(folder.record_file.read_text(encoding="utf-8"))
    folder.record_file.write_text(json.dumps(record | {"seed": "many"}), encoding="utf-8")
    with pytest.raises(InvalidRunError, match=r"run\.json: seed: 'many'"):
        judge_run(folder)


def test_samples_that_cannot_be_read_are_refused(folder: RunFolder) -> None:
    (folder.samples / "torn.parquet").write_bytes(b"PAR1 torn")
    with pytest.raises(InvalidRunError, match="cannot be read as samples"):
        judge_run(folder)


def test_objectives_that_the_run_names_must_be_there(folder: RunFolder) -> None:
    (folder.objectives / "small.yaml").unlink()
    with pytest.raises(InvalidObjectiveError, match=r"small\.yaml: file: .*cannot be read"):
        judge_run(folder)


EVENT = '{"at_ns": 1, "kind": "run.started"}\n'


@pytest.mark.parametrize("line", [b"garbage", b"\xff\x00\xfe", b"[1, 2]", b'{"at_ns": 1, "kind": "run.eaten"}'])
def test_a_line_that_is_no_event_is_named(folder: RunFolder, line: bytes) -> None:
    folder.events.write_bytes(EVENT.encode() + line + b"\n" + EVENT.encode())
    with pytest.raises(InvalidRunError, match=r"events\.jsonl: line 2: is no event: [^\n]+$"):
        judge_run(folder)


@pytest.mark.parametrize("line", [b"garbage", b"\xff\x00\xfe", b"[1, 2]", b'{"orderId": 1}'])
def test_a_line_that_is_no_accepted_order_is_named(folder: RunFolder, line: bytes) -> None:
    folder.ledger.write_bytes(folder.ledger.read_bytes() + line + b"\n")
    with pytest.raises(InvalidRunError, match=r"ledger\.jsonl: line 2: is no accepted order: [^\n]+$"):
        judge_run(folder)


def test_samples_that_are_missing_make_a_damaged_folder(folder: RunFolder) -> None:
    (folder.samples / "part.parquet").unlink()
    with pytest.raises(InvalidRunError, match="501 arrivals were scheduled, but there are 0 samples"):
        judge_run(folder)


def test_a_torn_record_is_refused_without_a_dump_of_it(folder: RunFolder) -> None:
    folder.record_file.write_bytes(folder.record_file.read_bytes()[:200])
    with pytest.raises(InvalidRunError, match=r"run\.json: document: Invalid JSON: EOF") as refused:
        judge_run(folder)
    assert "b'" not in str(refused.value)


def test_a_report_that_cannot_be_written_is_named_with_the_reason(folder: RunFolder) -> None:
    folder.report_html.mkdir()
    with pytest.raises(InvalidRunError, match=r"report\.html: cannot be written: Is a directory"):
        judge_run(folder)
