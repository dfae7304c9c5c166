"""What the terminal shows once there is a result: the verdict, objective by objective."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from slo.history import RunFolder
from slo.verdict import ObjectiveVerdict, Status, Verdict
from slo.verdict.wording import percent, percent_at_most

STYLES = {Status.MET: "bold green", Status.MISSED: "bold red", Status.INCONCLUSIVE: "bold yellow"}
MARKS = {Status.MET: "✔", Status.MISSED: "✘", Status.INCONCLUSIVE: "?"}
_BOUNDLESS = Console(width=10_000)
"""Asked how wide something has to be."""
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
    console.print(objectives_table(verdict, console.width))
    for reason in verdict.reasons:
        console.print(Text(f"? {reason.subject}: {reason.message} {reason.settled_by}", style="yellow"))
    console.print(Text.assemble("Verdict: ", (_status(verdict.status), STYLES[verdict.status])))
    console.print(Text(f"Report:  {folder.report_html}"), soft_wrap=True)


def objectives_table(verdict: Verdict, width: int) -> Table:
    """One row per objective: what was asked, what was measured and how sure that is, what is left of the budget.

    Where ``width`` columns of the terminal are too few, the least telling figures are left out; the report has all.
    """
    for left_out in range(len(_LEFT_OUT_FIRST) + 1):
        headings = [heading for heading in _FIGURES if heading not in _LEFT_OUT_FIRST[:left_out]]
        table = _table(verdict, headings)
        if Measurement.get(_BOUNDLESS, _BOUNDLESS.options, table).maximum <= width:
            break
    return table


def _table(verdict: Verdict, headings: Sequence[str]) -> Table:
    table = Table(title=verdict.run, title_justify="left", title_style="bold", pad_edge=False)
    table.add_column("Objective", overflow="fold", max_width=_NAME_WIDTH_MAX)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Verdict", no_wrap=True)
    for objective in verdict.objectives:
        status = Text(_status(objective.status), style=STYLES[objective.status])
        # Text, not markup: whoever named it may have used square brackets.
        table.add_row(Text(objective.name), *(_FIGURES[heading](objective) for heading in headings), status)
    return table


def _bounds(objective: ObjectiveVerdict) -> str:
    if objective.lower_bound is None or objective.upper_bound is None:
        return "-"
    return f"{percent(objective.lower_bound)} to {percent_at_most(objective.upper_bound)}"


_FIGURES: Mapping[str, Callable[[ObjectiveVerdict], str]] = {
    "Target": lambda objective: percent(objective.target),
    "Measured": lambda objective: "-" if objective.sli is None else percent(objective.sli),
    "95 % bounds": _bounds,
    "Good / total": lambda objective: f"{objective.good:,} / {objective.total:,}",
    "Budget left": lambda objective: f"{objective.budget.events_remaining:,.1f} events",
}
_LEFT_OUT_FIRST = ("95 % bounds", "Budget left", "Good / total")
_NAME_WIDTH_MAX = 32
"""Of a longer name, the rest is folded."""


def _status(status: Status) -> str:
    return f"{MARKS[status]} {status.value}"
