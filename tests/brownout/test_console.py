"""The verdict on a terminal."""

import io
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from brownout import console
from slo.history import RunFolder
from slo.verdict import (
    Accounting,
    BudgetVerdict,
    Generator,
    ObjectiveVerdict,
    Reason,
    ReasonKind,
    Status,
    Verdict,
)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    page = io.StringIO()
    monkeypatch.setattr(console, "standard_output", lambda: Console(file=page, width=140, highlight=False))
    return page


def test_each_objective_has_its_row_and_its_verdict(written: io.StringIO) -> None:
    console.print_verdict(_verdict(Status.MISSED), RunFolder(Path("runs/one")))
    row = next(line for line in written.getvalue().splitlines() if "orders [btc]" in line)
    for cell in ("99.9 %", "97.5 %", "96 % to 98 %", "975 / 1,000", "-24.0 events", "✘ missed"):
        assert cell in row


@pytest.mark.parametrize("width", [140, 100, 80, 60])
def test_no_figure_and_no_verdict_is_cut_however_narrow_the_terminal(width: int) -> None:
    page = io.StringIO()
    Console(file=page, width=width).print(console.objectives_table(_verdict(Status.MISSED), width))
    lines = page.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    row = next(line for line in lines if "orders [btc]" in line)
    assert all(cell in row for cell in ("99.9 %", "97.5 %", "✘ missed"))
    assert "…" not in page.getvalue()
    assert ("96 % to 98 %" in row) is (width >= 100)


def test_the_report_is_named(written: io.StringIO) -> None:
    console.print_verdict(_verdict(Status.MISSED), RunFolder(Path("runs/one")))
    assert "runs/one/report.html" in written.getvalue()


def test_what_would_settle_an_inconclusive_run_is_said(written: io.StringIO) -> None:
    console.print_verdict(_verdict(Status.INCONCLUSIVE), RunFolder(Path("runs/one")))
    assert "? generator: It was late. Run it again." in written.getvalue()


def _verdict(status: Status) -> Verdict:
    doubt = Reason(
        kind=ReasonKind.GENERATOR_LAGGED, subject="generator", message="It was late.", settled_by="Run it again."
    )
    return Verdict(
        run="one",
        status=status,
        objectives=[_objective()],
        reasons=[doubt] if status is Status.INCONCLUSIVE else [],
        availability=[],
        latency=[],
        accounting=Accounting(scheduled=1000, rows=1000, outcomes={"ok": 975, "shed": 25}),
        generator=Generator(
            lag_ms_p50=0.1,
            lag_ms_p99=0.2,
            lag_ms_max=0.3,
            lag_ms_p99_allowed=50.0,
            dropped=0,
            dropped_share=0.0,
            dropped_share_allowed=0.001,
            stalled_share_allowed=0.01,
            full_share_allowed=0.05,
        ),
    )


def _objective() -> ObjectiveVerdict:
    budget = BudgetVerdict(
        events_allowed=Decimal(1),
        events_spent=25,
        events_remaining=Decimal(-24),
        minutes_allowed=Decimal("43.2"),
        minutes_spent=Decimal(1080),
        minutes_remaining=Decimal("-1036.8"),
        spent_share=25.0,
        by_phase=[],
        by_fault=[],
    )
    return ObjectiveVerdict(
        name="orders [btc]",
        slo="orders",
        description="",
        service="order-entry",
        file="orders.yaml",
        group={},
        target=Decimal("0.999"),
        good_query="outcome = 'ok'",
        bad_query=None,
        total_query="op = 'order.place'",
        good=975,
        bad=25,
        total=1000,
        sli=0.975,
        lower_bound=0.96,
        upper_bound=0.98,
        confidence=Decimal("0.95"),
        status=Status.MISSED,
        reason="too few were good",
        settled_by=None,
        budget=budget,
        requests_needed=2995,
        requests_needed_with_failures=40000,
    )
