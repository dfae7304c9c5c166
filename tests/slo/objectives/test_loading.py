"""OpenSLO documents: what is valid is read to the digit, what is not is refused by file, path, value and rule."""

from decimal import Decimal
from pathlib import Path

import pytest

from slo.errors import InvalidObjectiveError
from slo.objectives import library_files, load_objectives

SLO = """
apiVersion: openslo/v1
kind: SLO
metadata:
  name: order-place
  displayName: Orders
spec:
  description: Orders in time.
  service: order-entry
  indicator:
    metadata: {name: in-time}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: brownout, spec: {query: outcome = 'ok'}}}
        total: {metricSource: {spec: {query: op = 'order.place'}}}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.999}]
"""
SLI = """
apiVersion: openslo/v1
kind: SLI
metadata: {name: known}
spec:
  description: The client knows what became of it.
  ratioMetric:
    bad: {metricSource: {spec: {query: outcome = 'unknown'}}}
    total: {metricSource: {spec: {query: "op in ('order.place', 'order.cancel')", groupBy: venue}}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "slo.yaml"


def refusal(file: Path, text: str) -> str:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidObjectiveError) as refused:
        load_objectives(file)
    return str(refused.value)


def test_an_slo_becomes_an_objective(file: Path) -> None:
    file.write_text(SLO, encoding="utf-8")
    (objective,) = load_objectives(file)
    assert objective.name == objective.slo == "order-place"
    assert objective.target == Decimal("0.999")
    assert objective.description == "Orders in time."
    assert objective.service == "order-entry"
    assert objective.file == "slo.yaml"
    assert objective.indicator.good is not None
    assert objective.indicator.good.text == "outcome = 'ok'"
    assert objective.indicator.total.text == "op = 'order.place'"


@pytest.mark.parametrize(
    ("written", "share"),
    [
        ("target: 0.999", "0.999"),
        ("target: '0.999'", "0.999"),
        ("targetPercent: 99.95", "0.9995"),
        ("targetPercent: 99", "0.99"),
        ("target: 0.99999999999999999999", "0.99999999999999999999"),
    ],
)
def test_targets_are_exact_as_written(file: Path, written: str, share: str) -> None:
    file.write_text(SLO.replace("target: 0.999", written), encoding="utf-8")
    assert load_objectives(file)[0].target == Decimal(share)


def test_an_indicator_may_be_a_document_of_the_same_file_and_grouped(file: Path) -> None:
    inline = SLO[SLO.index("  indicator:") : SLO.index("  timeWindow")]
    file.write_text(SLI + "---" + SLO.replace(inline, "  indicatorRef: known\n"), encoding="utf-8")
    indicator = load_objectives(file)[0].indicator
    assert indicator.good is None
    assert indicator.bad is not None
    assert indicator.group_by == "venue"


def test_several_objectives_of_one_slo_have_their_own_names(file: Path) -> None:
    several = "[{target: 0.9}, {displayName: strict, target: 0.999}]"
    file.write_text(SLO.replace("[{target: 0.999}]", several), encoding="utf-8")
    assert [(one.name, one.target) for one in load_objectives(file)] == [
        ("order-place/1", Decimal("0.9")),
        ("order-place/strict", Decimal("0.999")),
    ]


def test_documents_that_state_no_target_are_passed_over(file: Path) -> None:
    others = "apiVersion: openslo/v1\nkind: {}\nmetadata: {{name: other}}\nspec: {{type: any, thing: [1.5]}}\n---\n"
    text = "".join(others.format(kind) for kind in ("Service", "DataSource", "AlertPolicy"))
    file.write_text(text + SLO, encoding="utf-8")
    assert len(load_objectives(file)) == 1


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        (
            "target: 0.999",
            "target: 1",
            "slo.yaml: document 1: spec.objectives[0].target: 1: Input should be less than 1",
        ),
        ("target: 0.999", "target: 0", "spec.objectives[0].target: 0: Input should be greater than 0"),
        ("target: 0.999", "targetPercent: 0", "targetPercent: 0: Input should be greater than 0"),
        ("target: 0.999", "targetPercent: 100", "spec.objectives[0].targetPercent: 100: Input should be less than 100"),
        ("target: 0.999", "target: 0.9, targetPercent: 90", "give either target"),
        ("{target: 0.999}", "{}", "give either target"),
        ("target: 0.999", "target: .nan", "spec.objectives[0].target: nan"),
        ("target: 0.999", "target: 0.9, op: lt, value: 3", "op: belongs to thresholdMetric"),
        ("Occurrences", "Timeslices", "spec.budgetingMethod: 'Timeslices': is not judged yet; Occurrences is"),
        ("Occurrences", "RatioTimeslices", "spec.budgetingMethod: 'RatioTimeslices': is not judged yet"),
        ("Occurrences", "Occurences", "spec.budgetingMethod: 'Occurences': Input should be 'Occurrences'"),
        ("  service: order-entry\n", "", "spec.service: missing"),
        (
            "service: order-entry",
            "service: order-entry\n  servce: x",
            "spec.servce: 'x': is no field that is known here",
        ),
        ("op = 'order.place'", "op = 'order.plce'", "op is never 'order.plce'"),
        ("outcome = 'ok'", "op = 'order.place'", "asks the same as total"),
        ("good:", "bad: {metricSource: {spec: {query: op = 'order.place'}}}\n        good:", "give either good or bad"),
        ("good:", "raw:", "raw: not judged"),
        ("ratioMetric:", "thresholdMetric:", "thresholdMetric: not judged"),
        ("name: order-place", "name: Order_Place", "metadata.name: 'Order_Place': a name is up to 63"),
        ("openslo/v1", "openslo/v2alpha", "apiVersion: 'openslo/v2alpha'"),
        ("kind: SLO", "kind: Objective", "document 1: kind: 'Objective': must be one of SLO, SLI"),
        ("duration: 30d", "duration: 30s", "spec.timeWindow[0].duration: '30s'"),
        ("isRolling: true", "isRolling: false", "a window is rolling"),
        ("query: outcome = 'ok'", "query: outcome = 'ok', groupBy: venue", "groupBy is total's to say"),
        ("query: op =", "groupBy: colour, query: op =", "groupBy: 'colour'"),
        ("displayName: Orders", "name: twice", "the key 'name' is given twice"),
        ("spec:\n  description", "spec: [\n  description", "must be well-formed YAML"),
        ("displayName: Orders", f"labels: {'[' * 5000}{']' * 5000}", "is nested too deeply"),
    ],
)
def test_a_broken_rule_is_named_with_its_place_and_value(file: Path, was: str, becomes: str, said: str) -> None:
    assert was in SLO
    message = refusal(file, SLO.replace(was, becomes, 1))
    assert said in message
    assert message.startswith("slo.yaml: ")


def test_every_broken_rule_of_every_document_is_named(file: Path) -> None:
    message = refusal(file, SLO.replace("0.999", "1.5") + "---" + SLI.replace("'unknown'", "'unkown'"))
    assert "document 1: spec.objectives[0].target: 1.5" in message
    assert "document 2: spec.ratioMetric.bad.metricSource.spec.query: \"outcome = 'unkown'\"" in message


def test_a_reference_to_no_indicator_names_those_there_are(file: Path) -> None:
    inline = SLO[SLO.index("  indicator:") : SLO.index("  timeWindow")]
    message = refusal(file, SLI + "---" + SLO.replace(inline, "  indicatorRef: knwon\n"))
    assert "spec.indicatorRef: 'knwon': names no SLI of this file; it has known" in message


def test_two_documents_of_one_name_are_refused(file: Path) -> None:
    assert "is the name of another document" in refusal(file, SLO + "---" + SLO)


def test_a_file_without_an_slo_is_refused(file: Path) -> None:
    assert "holds at least one document of kind SLO" in refusal(file, SLI)
    assert "holds at least one document of kind SLO" in refusal(file, "")


def test_a_file_that_cannot_be_read_is_refused(file: Path) -> None:
    with pytest.raises(InvalidObjectiveError, match="cannot be read"):
        load_objectives(file)


@pytest.mark.parametrize("path", library_files(), ids=lambda path: path.name)
def test_the_library_is_valid(path: Path) -> None:
    assert load_objectives(path)


def test_the_library_has_what_the_documents_promise() -> None:
    assert [path.name for path in library_files()] == ["feed.yaml", "order-entry-smoke.yaml", "order-entry.yaml"]
