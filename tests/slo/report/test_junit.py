"""JUnit as continuous integration reads it: one case per objective, red for whatever was not shown."""

from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slo.report.evidence import Evidence
from slo.report.junit import printable, to_junit
from slo.verdict import ObjectiveVerdict, Reason, ReasonKind, Status, Verdict


def with_statuses(verdict: Verdict, *statuses: Status) -> Verdict:
    objectives = [
        verdict.objectives[0].model_copy(update={"name": f"objective {place}", "status": status, "settled_by": "More."})
        for place, status in enumerate(statuses)
    ]
    return verdict.model_copy(update={"objectives": objectives, "reasons": []})


def parsed(verdict: Verdict) -> ET.Element:
    return ET.fromstring(to_junit(verdict))  # noqa: S314 - our own document


@given(statuses=st.lists(st.sampled_from(list(Status)), max_size=8))
def test_the_counts_are_those_of_the_cases(driven: Evidence, statuses: list[Status]) -> None:
    suites = parsed(with_statuses(driven.verdict, *statuses))
    suite = suites.find("testsuite")
    assert suite is not None
    for counted in (suites, suite):
        assert int(counted.get("tests", "")) == len(statuses) == len(suite.findall("testcase"))
        assert int(counted.get("failures", "")) == statuses.count(Status.MISSED) == len(suite.findall("*/failure"))
        assert int(counted.get("errors", "")) == statuses.count(Status.INCONCLUSIVE) == len(suite.findall("*/error"))


def test_a_missed_objective_tells_its_figures(driven: Evidence) -> None:
    missed: ObjectiveVerdict = driven.verdict.objectives[0]
    failure = parsed(driven.verdict).find("testsuite/testcase/failure")
    assert missed.status is Status.MISSED
    assert failure is not None
    assert f"{missed.good:,} of {missed.total:,} good" in failure.get("message", "")
    assert f"target {missed.target * 100:.1f} %" in failure.get("message", "")
    assert missed.reason in (failure.text or "")


def test_an_inconclusive_objective_says_what_would_settle_it(driven: Evidence) -> None:
    error = parsed(with_statuses(driven.verdict, Status.INCONCLUSIVE)).find("testsuite/testcase/error")
    assert error is not None
    assert (error.text or "").endswith("More.")


def test_a_doubtful_run_is_red_even_where_every_objective_is_met(driven: Evidence) -> None:
    doubt = Reason(
        kind=ReasonKind.GENERATOR_LAGGED, subject="generator", message="It lagged.", settled_by="Use another host."
    )
    verdict = with_statuses(driven.verdict, Status.MET).model_copy(update={"reasons": [doubt]})
    suites = parsed(verdict)
    assert (suites.get("tests"), suites.get("errors")) == ("2", "1")
    assert suites.find("testsuite/testcase[@name='the run itself']/error") is not None


def test_what_an_open_objective_says_of_itself_is_no_case_of_its_own(driven: Evidence) -> None:
    itself = Reason(
        kind=ReasonKind.TOO_FEW_REQUESTS, subject="objective 0", message="Too few.", settled_by="Send more."
    )
    verdict = with_statuses(driven.verdict, Status.INCONCLUSIVE).model_copy(update={"reasons": [itself]})
    assert (parsed(verdict).get("tests"), parsed(verdict).get("errors")) == ("1", "1")


def test_an_objective_without_events_has_no_figures_to_tell(driven: Evidence) -> None:
    nothing = driven.verdict.objectives[0].model_copy(
        update={"status": Status.INCONCLUSIVE, "lower_bound": None, "upper_bound": None, "sli": None, "total": 0}
    )
    error = parsed(driven.verdict.model_copy(update={"objectives": [nothing]})).find("testsuite/testcase/error")
    assert error is not None
    assert error.get("message") == f"no events, target {Decimal('99.9')} %"


@given(st.text())
def test_any_text_makes_a_document_that_parses(driven: Evidence, text: str) -> None:
    objective = driven.verdict.objectives[0].model_copy(update={"name": text, "reason": text})
    suites = parsed(driven.verdict.model_copy(update={"run": text, "objectives": [objective]}))
    case = suites.find("testsuite/testcase")
    assert case is not None
    assert case.get("name", "").split() == printable(text).split()


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\ufffeb", "a\ud800b"])
def test_what_xml_cannot_hold_is_replaced(text: str) -> None:
    assert len(printable(text)) == 3
    assert printable(text) != text
