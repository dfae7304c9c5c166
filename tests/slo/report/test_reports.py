"""The written reports: the same facts in each, the same bytes each time, nothing fetched and nothing executed."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from slo.history import Outcome, RunFolder, with_derived_columns
from slo.report import compose, write_reports
from slo.report.document import Chapter, Document, Paragraph, Table
from slo.report.evidence import Evidence
from slo.report.html import to_html
from slo.report.markdown import escaped, to_markdown
from slo.report.sections import SECTIONS
from tests.slo.report.conftest import judged
from tests.slo.report.reading import Reader, facts_said, words_of_html, words_of_markdown
from tests.slo.report.synthetic import synthesize

HTML_BYTES_AT_MOST = 2_500_000
EVIL = "</script><script>alert(1)</script>"
EVERY_SECTION = ["verdict", "run", "concurrency", "timeline", "budget", "limits", "generator", "reproduce", "method"]


def written(evidence: Evidence, path: Path) -> RunFolder:
    folder = RunFolder(path)
    path.mkdir()
    write_reports(folder, evidence.verdict, evidence.stored, evidence.findings)
    return folder


@pytest.fixture(scope="session")
def folder(driven: Evidence, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return written(driven, tmp_path_factory.mktemp("report") / "run")


@pytest.mark.parametrize("name", ["driven", "calm", "fed"])
def test_whatever_the_report_says_stands_in_html_and_in_markdown(name: str, documents: dict[str, Document]) -> None:
    document = documents[name]
    page, text = words_of_html(to_html(document)), words_of_markdown(to_markdown(document))
    said = list(facts_said(document))
    assert len(said) > 100
    assert [fact for fact in said if fact not in page] == []
    assert [fact for fact in said if fact not in text] == []


def test_the_same_run_gives_the_same_bytes(driven: Evidence, folder: RunFolder, tmp_path: Path) -> None:
    again = written(driven, tmp_path / "again")
    for file in ("report.html", "report.md", "junit.xml"):
        assert (folder.path / file).read_bytes() == (again.path / file).read_bytes()


def test_a_page_fetches_nothing(folder: RunFolder) -> None:
    reader = Reader()
    reader.feed(folder.report_html.read_text())
    addresses = [value for _, attributes in reader.tags for key, value in attributes.items() if key in {"src", "href"}]
    assert [address for address in addresses if not str(address).startswith(("#", "data:"))] == []
    assert "@import" not in folder.report_html.read_text().split("</style>")[0]


def test_the_policy_of_a_page_allows_its_own_scripts_and_nothing_else(folder: RunFolder) -> None:
    page = folder.report_html.read_text()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    allowed = set(re.findall(r"sha256-([A-Za-z0-9+/=]+)", policy[1].replace("&#39;", "'").replace("&#43;", "+")))
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    assert {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts} == allowed
    assert policy[1].startswith("default-src &#39;none&#39;")
    assert "unsafe-eval" not in policy[1]


def test_a_page_stays_small_enough_to_be_sent(folder: RunFolder) -> None:
    assert folder.report_html.stat().st_size < HTML_BYTES_AT_MOST


def test_names_that_would_be_code_are_only_names(tmp_path: Path) -> None:
    record, samples, events = synthesize(name=EVIL, step_s=0.3)
    record = record.model_copy(
        update={
            "command": ["brownout", "run", EVIL, "```"],
            "phases": [phase.model_copy(update={"name": f"{EVIL}{phase.name}"}) for phase in record.phases],
        }
    )
    evil = written(
        judged(record, samples.with_columns(venue=pl.lit(EVIL).cast(pl.Categorical)), events), tmp_path / "r"
    )
    page, text = evil.report_html.read_text(), evil.report_markdown.read_text()
    assert EVIL not in page
    assert "<script>alert" not in page
    assert EVIL in words_of_html(page)
    assert page.count("<script>") == 2
    outside_listings = re.sub(r"````.*?````", "", text, flags=re.DOTALL)
    assert "<script" not in re.sub(r"\\<", "", outside_listings)


def test_data_of_a_chart_cannot_end_its_script(tmp_path: Path) -> None:
    record, samples, events = synthesize(step_s=0.5)
    phases = [phase.model_copy(update={"name": f"</script>{phase.name}"}) for phase in record.phases]
    run = written(judged(record.model_copy(update={"phases": phases}), samples, events), tmp_path / "r")
    charts = re.findall(
        r'<script type="application/json" id="chart-[^"]*">(.*?)</script>', run.report_html.read_text(), flags=re.DOTALL
    )
    assert len(charts) > 3
    assert any("</script>" in str(json.loads(chart)) for chart in charts)


def test_the_verdict_comes_first_and_sections_that_do_not_apply_are_left_out(documents: dict[str, Document]) -> None:
    assert [chapter.name for chapter in documents["driven"].chapters] == EVERY_SECTION
    assert [chapter.name for chapter in documents["fed"].chapters] == [
        "verdict",
        "run",
        "feed",
        "limits",
        "reproduce",
        "method",
    ]
    assert len({section.name for section in SECTIONS}) == len(SECTIONS)


def test_a_run_in_which_nothing_happened_has_a_report_that_says_so(tmp_path: Path) -> None:
    record, samples, _ = synthesize(step_s=0.1)
    nothing = judged(record.model_copy(update={"scheduled": 0, "phases": [], "faults": []}), samples.clear(), [])
    run = written(nothing, tmp_path / "empty")
    text = words_of_markdown(run.report_markdown.read_text())
    assert "INCONCLUSIVE" in text
    assert "no data" in text


def test_a_sweep_of_one_step_has_no_law_fitted_to_it(tmp_path: Path) -> None:
    record, samples, events = synthesize(step_s=0.5, with_faults=False)
    alone = [phase for phase in record.phases if phase.users == 8]
    inside = samples.filter(pl.col("scheduled_ns").is_between(alone[0].start_ns, alone[0].end_ns, closed="left"))
    one = judged(record.model_copy(update={"phases": alone, "scheduled": inside.height}), inside, events)
    names = [chapter.name for chapter in compose(one).chapters]
    assert "concurrency" in names
    written(one, tmp_path / "one")


def test_a_run_of_nothing_but_failures_has_a_report(tmp_path: Path) -> None:
    record, samples, events = synthesize(step_s=0.5)
    failed = samples.with_columns(
        outcome=pl.lit(Outcome.FAILED.value).cast(samples.schema["outcome"]), done_ns=pl.lit(None, dtype=pl.Int64)
    )
    run = judged(record, failed, events)
    names = {chapter.name for chapter in compose(run).chapters}
    assert "timeline" in names
    written(run, tmp_path / "failed")


def test_a_fault_that_was_never_applied_is_listed_and_not_drawn(driven: Evidence) -> None:
    without = replace(
        driven,
        stored=replace(driven.stored, events=[event for event in driven.events if not event.kind.startswith("fault")]),
    )
    text = words_of_markdown(to_markdown(compose(without)))
    assert "never applied" in text
    assert "no fault was injected" in text


def test_the_overload_measured_never_exceeds_its_bound_and_both_are_those_of_the_samples(
    driven: Evidence, folder: RunFolder
) -> None:
    bound = driven.findings.overloads[0]
    surge = with_derived_columns(driven.samples, driven.record.phases).filter(phase="surge")
    in_time = surge.filter((pl.col("outcome") == "ok") & (pl.col("response_ms") <= 250)).height
    text = words_of_html(folder.report_html.read_text())
    assert bound.in_time == in_time <= bound.servable
    assert f"{surge.height:,} arrivals came at" in text
    assert f"could have answered more than {bound.servable:,} of them in time" in text


@pytest.mark.parametrize(
    "text", ["a|b", "*a*", "_a_", "<b>", "[a](b)", "# a", "`a`", "a\nb", "&lt;", "@somebody", "~~a~~"]
)
def test_markdown_shows_text_as_it_is(text: str) -> None:
    table = Table("caption", (), ())
    document = Document(text, "", (Chapter("x", text, (Paragraph((text,)), table)),))
    assert words_of_markdown(to_markdown(document)).count(" ".join(text.split())) >= 3
    assert "\n" not in escaped(text)
    assert not re.search(r"(?<!\\)[<>|*_`\[\]#~@]", escaped(text))


def test_what_a_run_cannot_say_is_said(documents: dict[str, Document]) -> None:
    assert "No fault took hold in this run" in words_of_markdown(to_markdown(documents["calm"]))
    assert "No fault took hold" not in words_of_markdown(to_markdown(documents["driven"]))
