"""One picture of a run for a page that is not a report: SVG or PNG, light or dark, drawn by vl-convert."""

from enum import StrEnum
from pathlib import Path

import vl_convert

from slo.report.bins import bins_for, rates_per_s
from slo.report.charts import sweep, timeline
from slo.report.charts.layers import timeline_of
from slo.report.charts.theme import PAGE, Theme, coloured
from slo.report.document import Specification
from slo.report.evidence import END_TITLES, Evidence
from slo.report.sections.vitals import request_rows

WIDTH_PX = 860
SCALE = 2.0
"""Pixels of a PNG per pixel of the chart: sharp on a screen of double density."""


class Subject(StrEnum):
    """What a picture can be of."""

    TIMELINE = "timeline"
    """Arrivals per second by what became of them, with the faults shaded."""
    THROUGHPUT = "throughput"
    """Answers per second by users at the same time, with the law fitted to them."""
    REQUESTS = "requests"
    """Requests that went out per second beside the arrivals that they were for."""


class NoPictureError(ValueError):
    """The run does not hold what the picture is of."""


def picture(evidence: Evidence, subject: Subject) -> Specification:
    """The chart, with colours by token. Raises :class:`NoPictureError` where the run has nothing to draw."""
    if subject is Subject.TIMELINE:
        return _timeline(evidence)
    if subject is Subject.REQUESTS:
        return _requests(evidence)
    if not evidence.findings.sweep:
        raise NoPictureError(f"{evidence.record.name}: no closed phase, so no throughput by users; draw the timeline")
    return sweep.of_findings(evidence.findings)


def save_picture(evidence: Evidence, subject: Subject, theme: Theme, file: Path) -> None:
    """Write the picture to ``file``: SVG or PNG by its ending. Raises :class:`NoPictureError`."""
    chart = coloured({**picture(evidence, subject), "width": WIDTH_PX, "background": PAGE.reference}, theme)
    match file.suffix:
        case ".svg":
            file.write_text(vl_convert.vegalite_to_svg(chart) + "\n", encoding="utf-8")
        case ".png":
            file.write_bytes(vl_convert.vegalite_to_png(chart, scale=SCALE))
        case other:
            raise NoPictureError(f"{file.name}: ending {other!r}: a picture is .svg or .png")


def _timeline(evidence: Evidence) -> Specification:
    if evidence.samples.is_empty():
        raise NoPictureError(f"{evidence.record.name}: no samples, so no timeline")
    ends = evidence.ends_seen
    bins = rates_per_s(evidence.ends, ends, bins_for(evidence.end_ns))
    return timeline.rates(bins, {end: END_TITLES[end] for end in ends}, timeline_of(evidence))


def _requests(evidence: Evidence) -> Specification:
    if not evidence.health.height:
        raise NoPictureError(f"{evidence.record.name}: nothing is known of its generators; draw the timeline")
    return timeline.requests(request_rows(evidence), timeline_of(evidence))
