"""Puts a report together and writes its files: with the pictures, the only place here that touches a disk."""

from collections.abc import Iterable
from pathlib import Path

from slo.capacity import CapacityFindings, findings
from slo.history import RunFolder, Stored, read_stored
from slo.report.charts.picture import Subject, save_picture
from slo.report.charts.theme import Theme
from slo.report.document import Chapter, Document, Section
from slo.report.evidence import Evidence
from slo.report.html import to_html
from slo.report.junit import to_junit
from slo.report.markdown import to_markdown
from slo.report.sections import SECTIONS
from slo.verdict import Verdict


def write_reports(folder: RunFolder, verdict: Verdict, stored: Stored, capacity: CapacityFindings) -> None:
    """Write ``report.html``, ``report.md`` and ``junit.xml``. The same arguments give the same bytes."""
    document = compose(Evidence(stored, verdict, capacity))
    folder.report_html.write_text(to_html(document), encoding="utf-8")
    folder.report_markdown.write_text(to_markdown(document), encoding="utf-8")
    folder.junit.write_bytes(to_junit(verdict))


def write_pictures(folder: RunFolder, out: Path, subject: Subject = Subject.TIMELINE) -> list[Path]:
    """Draw a judged run for a page of documentation: ``<subject>-<theme>.svg`` and ``.png`` in ``out``.

    Raises :class:`~slo.report.charts.picture.NoPictureError` where the run does not hold the subject.
    """
    evidence = read_evidence(folder)
    out.mkdir(parents=True, exist_ok=True)
    files = [(theme, out / f"{subject}-{theme}{ending}") for theme in Theme for ending in (".svg", ".png")]
    for theme, file in files:
        save_picture(evidence, subject, theme, file)
    return [file for _, file in files]


def read_evidence(folder: RunFolder) -> Evidence:
    """A run that was judged, with the verdict that its folder holds."""
    stored = read_stored(folder)
    verdict = Verdict.model_validate_json(folder.verdict.read_bytes())
    return Evidence(stored, verdict, findings(stored.record, stored.samples, stored.events))


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
