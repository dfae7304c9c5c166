"""The verdict as JUnit XML: one test case per objective, one suite per run.

A missed objective is a ``<failure>``. An inconclusive one is an ``<error>`` and not ``<skipped>``: GitHub, GitLab and
Jenkins count a skipped case as harmless and stay green, and a claim that was not shown must not look like one that was.
A run that is in doubt for more than its objectives say gets one case more, "the run itself", with the reasons.
"""

from xml.etree import ElementTree as ET

from slo.report import wording
from slo.report.evidence import doubts_about_run
from slo.verdict import ObjectiveVerdict, Reason, Status, Verdict

_UNPRINTABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF), "\N{REPLACEMENT CHARACTER}")
"""Characters that XML 1.0 cannot hold, not even escaped; surrogates are dealt with in :func:`printable`."""


def to_junit(verdict: Verdict) -> bytes:
    """UTF-8 with an XML declaration; the same verdict gives the same bytes."""
    suite = ET.Element("testsuite", name=printable(f"brownout: {verdict.run}"))
    for objective in verdict.objectives:
        _add_case(suite, objective)
    doubts = doubts_about_run(verdict)
    if doubts:
        _add_run(suite, doubts)
    failures, errors = (len(suite.findall(f"testcase/{kind}")) for kind in ("failure", "error"))
    counts = {"tests": str(len(suite)), "failures": str(failures), "errors": str(errors), "skipped": "0"}
    suites = ET.Element("testsuites", counts)
    suite.attrib.update(counts)
    suites.append(suite)
    ET.indent(suites)
    document: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def printable(text: str) -> str:
    """Text with every character replaced that XML cannot hold."""
    return text.translate(_UNPRINTABLE).encode("utf-8", "replace").decode("utf-8")


def _add_case(suite: ET.Element, objective: ObjectiveVerdict) -> None:
    case = ET.SubElement(
        suite, "testcase", classname=printable(f"{objective.service}.{objective.slo}"), name=printable(objective.name)
    )
    kind = {Status.MISSED: "failure", Status.INCONCLUSIVE: "error"}.get(objective.status)
    if kind is None:
        ET.SubElement(case, "system-out").text = printable(_message(objective))
        return
    told = ET.SubElement(case, kind, type=objective.status.value, message=printable(_message(objective)))
    told.text = printable("\n".join(line for line in (objective.reason, objective.settled_by) if line))


def _add_run(suite: ET.Element, doubts: list[Reason]) -> None:
    """The run's own case: whatever is the matter with the run makes no objective fail, but must not be missed."""
    case = ET.SubElement(suite, "testcase", classname="brownout.run", name="the run itself")
    message = "; ".join(f"{reason.kind.value}: {reason.subject}" for reason in doubts)
    told = ET.SubElement(case, "error", type=Status.INCONCLUSIVE.value, message=printable(message))
    told.text = printable("\n".join(f"{reason.message} {reason.settled_by}" for reason in doubts))


def _message(objective: ObjectiveVerdict) -> str:
    """The figures in a line: measured, target, bounds, counts."""
    target = f"target {wording.target(objective.target)}"
    if objective.lower_bound is None or objective.upper_bound is None:
        return f"no events, {target}".replace(wording.NO_BREAK, " ")
    measured = wording.share(objective.good, objective.total)
    bounds = f"{wording.at_least(objective.lower_bound)} to {wording.at_most(objective.upper_bound)}"
    counted = f"{wording.count(objective.good)} of {wording.count(objective.total)} good"
    return f"{measured} measured ({bounds} at 95 %), {target}, {counted}".replace(wording.NO_BREAK, " ")
