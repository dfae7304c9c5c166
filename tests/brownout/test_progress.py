"""What a log shows while a run goes."""

import io
from pathlib import Path

from rich.console import Console

from brownout.progress import RunProgress, figures
from scenarios.model import load_scenario
from scenarios.plan import plan
from slo.history import Event, EventKind, RunFolder


def _logged(*events: Event) -> list[str]:
    written = io.StringIO()
    with RunProgress(Console(file=written, width=200)) as progress:
        progress.started(plan(load_scenario("smoke")), RunFolder(Path("runs/smoke")))
        for event in events:
            progress.happened(event)
        progress.progressed({"at_ns": 1_000_000_000, "outcomes": {"ok": 3}})
    return written.getvalue().splitlines()


def test_a_log_has_a_line_for_each_phase_and_fault() -> None:
    lines = _logged(
        Event(at_ns=3_000_000_000, kind=EventKind.PHASE_STARTED, subject="steady"),
        Event(at_ns=4_500_000_000, kind=EventKind.FAULT_HEALED, subject="latency-1", detail={"hits": 7}),
    )
    assert [line.strip() for line in lines[1:]] == ["3.0 s  phase steady", "4.5 s  fault healed latency-1 (hits 7)"]


def test_words_in_brackets_are_not_taken_for_markup() -> None:
    lines = _logged(Event(at_ns=0, kind=EventKind.FAULT_FAILED, subject="x", detail={"error": "[red]gone[/red]"}))
    assert "[red]gone[/red]" in lines[-1]


def test_the_live_line_leaves_out_what_has_not_happened() -> None:
    assert (
        figures({"outcomes": {"ok": 12, "shed": 0}, "response_ms_p50": 2.4, "response_ms_p99": None})
        == "ok 12  p50 2 ms"
    )
