"""Plain Locust's UI with our users, in a real browser: started, looked at, stopped and started again by its buttons."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.plain_locust import answers, ended, exchange, free_port, locust
from tests.end_to_end.waiting import wait_until

pytestmark = pytest.mark.slow

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
OPERATIONS = {"order.place", "order.cancel", "order.query", "book.read", "account.read"}
MILLISECONDS_MAX = 60_000
CHARTS = """[...document.querySelectorAll('canvas')].map(canvas => canvas.toDataURL())"""


@pytest.fixture
def page(browser: str, tmp_path: Path) -> Iterator[Any]:
    """The UI's first page; whatever the browser complains of on the way fails the test."""
    playwright = pytest.importorskip("playwright.sync_api")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with contextlib.ExitStack() as running:
        target = running.enter_context(exchange())
        process = locust(
            "--web-host", "127.0.0.1", "--web-port", str(port), "--host", target, "--arrival-rate", "50",
            log=tmp_path / "locust.log",
        )  # fmt: skip
        running.enter_context(ended(process))
        wait_until(lambda: answers(url), "the web UI")
        driver = running.enter_context(playwright.sync_playwright())
        chromium = driver.chromium.launch(executable_path=browser, args=QUIET)
        running.callback(chromium.close)
        opened = chromium.new_page(viewport={"width": 1440, "height": 900})
        opened.set_default_timeout(MILLISECONDS_MAX)
        complaints: list[str] = []
        opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.goto(url)
        yield opened
        assert complaints == []


def start(page: Any, users: int) -> None:
    page.fill("input[name=userCount]", str(users))
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("tab", name="Response and service").wait_for()


def look_at(page: Any, tab: str) -> None:
    page.get_by_role("tab", name=tab).click()


def rows(page: Any) -> dict[str, dict[str, str]]:
    """The table that is shown: cells by title, by the first cell of their row."""
    titles = page.locator("table thead th").all_inner_texts()
    cells = page.eval_on_selector_all(
        "table tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
    )
    return {row[0]: dict(zip(titles, row, strict=False)) for row in cells if row}


def count(page: Any) -> int:
    return int(rows(page).get("Aggregated", {}).get("# arrivals", "0"))


def test_a_test_is_run_from_the_page_and_our_tabs_live(page: Any) -> None:
    start(page, users=3)
    look_at(page, "Statistics")
    wait_until(
        lambda: set(page.locator("table tbody td").all_inner_texts()) >= OPERATIONS, "all operations in the statistics"
    )
    look_at(page, "Response and service")
    wait_until(lambda: set(rows(page)) == OPERATIONS | {"Aggregated"}, "a row for each operation")
    first = rows(page)["order.place"]
    assert 0 < float(first["Service p50 (ms)"]) <= float(first["Service p99 (ms)"]) <= float(first["Service max (ms)"])
    assert float(first["Service max (ms)"]) <= float(first["Response max (ms)"])
    wait_until(lambda: int(rows(page)["order.place"]["# arrivals"]) > int(first["# arrivals"]), "a count that grows")
    look_at(page, "Outcomes")
    wait_until(lambda: "ok" in rows(page).get("Aggregated", {}), "the outcomes")
    assert int(rows(page)["Aggregated"]["ok"]) > 0
    look_at(page, "Generator health")
    wait_until(lambda: "local" in rows(page), "the generator")
    assert rows(page)["local"]["State"] == "running"
    assert float(rows(page)["local"]["Longest stall of the event loop (ms)"]) > 0


def test_charts_are_drawn_and_go_on(page: Any) -> None:
    start(page, users=2)
    look_at(page, "Charts")
    page.locator("canvas").first.wait_for()
    earlier: list[str] = page.evaluate(CHARTS)
    assert len(earlier) >= 3, "requests, response times, users"
    wait_until(
        lambda: any(now != then for now, then in zip(page.evaluate(CHARTS), earlier, strict=False)), "a new picture"
    )


def test_a_second_start_begins_anew(page: Any) -> None:
    start(page, users=3)
    look_at(page, "Response and service")
    wait_until(lambda: count(page) > 5000, "traffic")
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="New", exact=True).wait_for()
    before = count(page)
    page.get_by_role("button", name="New", exact=True).click()
    start(page, users=1)
    look_at(page, "Response and service")
    wait_until(lambda: 0 < count(page) < before, "a new count")


def test_the_tables_are_downloaded_and_fit_a_phone(page: Any) -> None:
    start(page, users=1)
    look_at(page, "Response and service")
    wait_until(lambda: count(page) > 0, "traffic")
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.set_viewport_size({"width": 1440, "height": 900})
    look_at(page, "Download data")
    with page.expect_download() as downloading:
        page.get_by_text("Download response and service CSV").click()
    text = Path(downloading.value.path()).read_text()
    assert text.startswith("name,arrivals,response_p50")
    assert text.splitlines()[-1].startswith("Aggregated,")
