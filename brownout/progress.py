"""What the terminal shows while a run goes: one live line on a terminal, a line per event in a log."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Self

from pydantic import JsonValue
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from scenarios.plan import Plan
from slo.history import Event, EventKind, RunFolder

NS_PER_S = 1_000_000_000
SHOWN = {
    EventKind.PHASE_STARTED: "phase",
    EventKind.FAULT_APPLIED: "fault applied",
    EventKind.FAULT_HEALED: "fault healed",
    EventKind.FAULT_FAILED: "fault failed",
    EventKind.PROCESS_EXITED: "process exited",
    EventKind.WORKERS_AWAITED: "waiting at",
    EventKind.WORKER_JOINED: "worker joined from",
    EventKind.WORKER_TURNED_AWAY: "worker turned away",
    EventKind.RUN_INTERRUPTED: "interrupted",
    EventKind.RUN_ABORTED: "aborted",
    EventKind.RUN_FAILED: "failed",
    EventKind.RUN_AUDITED: "audit",
    EventKind.ORDERS_ASKED: "asked about orders in doubt",
}


class RunProgress:
    """A watcher of a run that draws on standard error, so that standard output stays the result's."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            TextColumn("{task.fields[figures]}"),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._progress.stop()

    def started(self, plan: Plan, folder: RunFolder) -> None:
        seconds = plan.end_ns / NS_PER_S
        self._say(f"{seconds:.0f} s of traffic, {len(plan.faults)} faults; history goes to {folder.path}")
        self._task = self._progress.add_task("starting", total=seconds, figures="")

    def happened(self, event: Event) -> None:
        if event.kind in SHOWN:
            detail = ", ".join(_details(event.detail))
            self._say(
                f"{event.at_ns / NS_PER_S:7.1f} s  {SHOWN[event.kind]} {event.subject}".rstrip()
                + (f" ({detail})" if detail else "")
            )
        if event.kind is EventKind.PHASE_STARTED and self._task is not None:
            self._progress.update(self._task, description=event.subject)

    def progressed(self, progress: Mapping[str, JsonValue]) -> None:
        if self._task is not None:
            seconds = float(str(progress["at_ns"])) / NS_PER_S
            self._progress.update(self._task, completed=seconds, figures=figures(progress))

    def _say(self, line: str) -> None:
        # Text, not markup: a scenario's own words may hold square brackets.
        with suppress(BrokenPipeError):  # whoever looked on has left; that stops no run
            self._console.print(Text(line), soft_wrap=True)


def _details(detail: Mapping[str, JsonValue]) -> Iterator[str]:
    """Of what is long, only how much it is."""
    for name, value in detail.items():
        if isinstance(value, list):
            yield from [f"{len(value)} {name}"] if value else []
        elif not isinstance(value, dict):
            yield f"{name} {value}"


def figures(progress: Mapping[str, JsonValue]) -> str:
    """Outcomes so far and the latest latencies, in as few words as a live line has room for."""
    outcomes = progress.get("outcomes")
    counts = outcomes.items() if isinstance(outcomes, dict) else ()
    parts = [f"{name} {count}" for name, count in counts if count]
    parts += [
        f"{label} {value:.0f} ms"
        for label, name in (("p50", "response_ms_p50"), ("p99", "response_ms_p99"))
        if isinstance(value := progress.get(name), int | float)
    ]
    return "  ".join(parts)
