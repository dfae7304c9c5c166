"""The report lists the workers of other hosts and how well their clocks were known."""

from dataclasses import replace

from slo.history import JoinedWorker
from slo.report import compose
from slo.report.document import Chapter, Paragraph, Table
from slo.report.evidence import Evidence
from slo.report.wording import NONE

NEAR = JoinedWorker(
    worker=0,
    host="near",
    offset_ns=90_061_000_000_123,
    uncertainty_ns=220_000,
    drift_ns=250_000,
    silence_ns_max=510_000_000,
)
LOST = JoinedWorker(worker=1, host="lost", offset_ns=-1_500, uncertainty_ns=2_000_000, drift_ns=None)
OLD = JoinedWorker(worker=1, host="old", uncertainty_ns=2_000_000, drift_ns=0)


def chapter_of(evidence: Evidence, *joined: JoinedWorker) -> Chapter | None:
    record = evidence.record.model_copy(update={"joined": list(joined), "workers": 2})
    document = compose(replace(evidence, stored=replace(evidence.stored, record=record)))
    return next((chapter for chapter in document.chapters if chapter.name == "hosts"), None)


def cells(table: object) -> list[list[str]]:
    assert isinstance(table, Table)
    return [[cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in table.rows]


def test_each_worker_has_its_clock(calm: Evidence) -> None:
    chapter = chapter_of(calm, NEAR, LOST, OLD)
    assert chapter is not None
    sentence, table, *_ = chapter.blocks
    assert isinstance(sentence, Paragraph)
    assert cells(table) == [
        ["0", "near", "+90,061.000000 s", "0.22 ms", "+0.250 ms", "0.47 ms", "510 ms"],
        ["1", "lost", "-0.000002 s", "2.00 ms", NONE, "2.00 ms", NONE],
        ["1", "old", NONE, "2.00 ms", "+0.000 ms", "2.00 ms", NONE],
    ]


def test_a_run_on_one_host_has_no_such_chapter(calm: Evidence) -> None:
    assert chapter_of(calm) is None
