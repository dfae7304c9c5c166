"""Puts a report together and writes its files: the only place here that touches a disk."""

from collections.abc import Iterable, Sequence

import polars as pl

from slo.capacity import CapacityFindings
from slo.history import Event, RunFolder, RunRecord
from slo.report.document import Chapter, Document, Section
from slo.report.evidence import Evidence
from slo.report.html import to_html
from slo.report.junit import to_junit
from slo.report.markdown import to_markdown
from slo.report.sections import SECTIONS
from slo.verdict import Verdict


def write_reports(  # noqa: PLR0917 - one argument for each thing that is stored
    folder: RunFolder,
    verdict: Verdict,
    record: RunRecord,
    samples: pl.DataFrame,
    events: Sequence[Event],
    findings: CapacityFindings,
) -> None:
    """Write ``report.html``, ``report.md`` and ``junit.xml``. ``samples`` carry the derived columns.

    The same arguments give the same bytes.
    """
    document = compose(Evidence(record, verdict, samples, events, findings))
    folder.report_html.write_text(to_html(document), encoding="utf-8")
    folder.report_markdown.write_text(to_markdown(document), encoding="utf-8")
    folder.junit.write_bytes(to_junit(verdict))


def compose(evidence: Evidence, sections: Iterable[Section[Evidence]] = SECTIONS) -> Document:
    """Every section that has something to say about this run, in order."""
    chapters = (Chapter(section.name, section.title, tuple(section.build(evidence))) for section in sections)
    record = evidence.record
    facts = (
        f"{evidence.started_at:%Y-%m-%d %H:%M:%S} UTC",
        f"venue {record.target.venue}",
        f"brownout {record.brownout}",
    )
    subtitle = " \N{MIDDLE DOT} ".join(facts)
    return Document(record.name, subtitle, tuple(chapter for chapter in chapters if chapter.blocks))
