"""The page in a real browser: every chart drawn, nothing in the console, nothing wider than a phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from slo.history import RunFolder
from slo.report import write_reports
from slo.report.evidence import Evidence

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
ALL_DRAWN = "document.querySelectorAll('[data-chart]').length === document.querySelectorAll('.chart.drawn').length"

pytestmark = pytest.mark.slow


@pytest.fixture(params=["driven", "fed"])
def page_file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    evidence: Evidence = request.getfixturevalue(request.param)
    folder = RunFolder(tmp_path)
    write_reports(folder, evidence.verdict, evidence.stored, evidence.findings)
    return folder.report_html


@contextmanager
def opened(browser: str, file: Path, width: int, scheme: str) -> Iterator[tuple[Any, list[str]]]:
    """The page when its charts are drawn, and whatever it complained of or asked the network for."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=browser, args=QUIET)
        page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: complaints.append(asked.url) if asked.url.startswith("http") else None)
        page.goto(file.as_uri())
        page.wait_for_function(ALL_DRAWN)
        yield page, complaints
        chromium.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_the_page_is_drawn_without_a_complaint_and_fits(browser: str, page_file: Path, width: int, scheme: str) -> None:
    with opened(browser, page_file, width, scheme) as (page, complaints):
        assert complaints == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("[...document.querySelectorAll('.chart svg')].every(svg => svg.clientWidth > 200)")


def test_long_facts_wrap_on_a_phone(browser: str, fed: Evidence, tmp_path: Path) -> None:
    target = fed.record.target.model_copy(update={"venue": "binance, binance-delivery, coinbase, " + "x" * 60})
    record, folder = fed.record.model_copy(update={"target": target}), RunFolder(tmp_path)
    write_reports(folder, fed.verdict, replace(fed.stored, record=record), fed.findings)
    with opened(browser, folder.report_html, 390, "light") as (page, _):
        tables = "[...document.querySelectorAll('.scroll:has(> .pairs)')]"
        assert page.evaluate(f"{tables}.length > 0")
        assert page.evaluate(f"{tables}.every(table => table.scrollWidth <= table.clientWidth)")


def test_the_reader_chooses_the_theme(browser: str, page_file: Path) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    with opened(browser, page_file, 1200, "light") as (page, _):
        assert page.evaluate(background) == "rgb(255, 255, 255)"
        page.click("#theme")
        page.click("#theme")
        assert page.evaluate(background) == "rgb(20, 23, 27)"
        assert page.inner_text("#theme") == "Theme: dark"
        page.click("#theme")
        assert page.evaluate(background) == "rgb(255, 255, 255)"


def test_pointing_at_a_chart_tells_its_figures(browser: str, page_file: Path) -> None:
    with opened(browser, page_file, 1200, "light") as (page, _):
        chart = page.locator("[data-chart]").first
        chart.scroll_into_view_if_needed()
        marks = chart.locator("[aria-roledescription='point'], [aria-roledescription='rect mark']")
        marks.last.hover()
        page.wait_for_selector("#vg-tooltip-element.visible")
        assert page.inner_text("#vg-tooltip-element").strip()
