"""What the terminal shows once there is a result: the verdict, objective by objective."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table
from rich.text import Text

from slo.history import RunFolder
from slo.verdict import ObjectiveVerdict, Status, Verdict

STYLES = {Status.MET: "bold green", Status.MISSED: "bold red", Status.INCONCLUSIVE: "bold yellow"}
MARKS = {Status.MET: "✔", Status.MISSED: "✘", Status.INCONCLUSIVE: "?"}
WIDTH_MIN = 120
"""Columns of a log or a pipe, which have no width of their own."""


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """Within: a pipe whose reader has ended (``| head``) does not change the exit code."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still buffered goes nowhere; otherwise the interpreter's own last flush would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def standard_output() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=max(console.width, WIDTH_MIN))


def print_json(document: str) -> None:
    sys.stdout.write(document)


def print_verdict(verdict: Verdict, folder: RunFolder) -> None:
    """The table of objectives, why a run is inconclusive, and where the report lies."""
    console = standard_output()
    console.print(objectives_table(verdict))
    for reason in verdict.reasons:
        console.print(Text(f"? {reason.subject}: {reason.message} {reason.settled_by}", style="yellow"))
    console.print(Text.assemble("Verdict: ", (_status(verdict.status), STYLES[verdict.status])))
    console.print(Text(f"Report:  {folder.report_html}"), soft_wrap=True)


def objectives_table(verdict: Verdict) -> Table:
    """One row per objective: what was asked, what was measured and how sure that is, what is left of the budget."""
    table = Table(title=verdict.run, title_justify="left", title_style="bold", pad_edge=False)
    table.add_column("Objective", overflow="fold")
    for heading in ("Target", "Measured", "95 % bounds", "Good / total", "Budget left"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Verdict", no_wrap=True)
    for objective in verdict.objectives:
        table.add_row(*_row(objective))
    return table


def _row(objective: ObjectiveVerdict) -> tuple[str | Text, ...]:
    return (
        Text(objective.name),  # text, not markup: whoever named it may have used square brackets
        f"{(objective.target * 100).normalize():f} %",
        _percent(objective.sli),
        f"{_percent(objective.lower_bound)} to {_percent(objective.upper_bound)}",
        f"{objective.good:,} / {objective.total:,}",
        f"{objective.budget.events_remaining:,.1f} events",
        Text(_status(objective.status), style=STYLES[objective.status]),
    )


def _status(status: Status) -> str:
    return f"{MARKS[status]} {status.value}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share * 100:.3f} %"
