"""Where the error budget went: bad events of each objective by phase and by fault."""

from collections.abc import Iterator, Mapping, Sequence

from slo.report import wording
from slo.report.document import Block, Cell, Column, Section, Table, columns, remarked, row, said
from slo.report.evidence import Evidence
from slo.verdict import BudgetVerdict, ObjectiveVerdict, Spending

NOWHERE = "(none)"
"""What the judge calls events of no known phase or fault."""
MANY_TIMES = 2
"""From here on an overspent budget is told in multiples."""


def build(evidence: Evidence) -> Iterator[Block]:
    objectives = evidence.verdict.objectives
    if evidence.feed or not objectives:
        return
    phases, faults = [phase.name for phase in evidence.phases], [fault.id for fault in evidence.faults]
    spenders = [objective for objective in objectives if objective.bad]
    for objective in spenders:
        yield said(spending_sentence(objective))
    thrifty = [objective.name for objective in objectives if not objective.bad]
    if thrifty:
        yield said(f"No bad event, and so nothing spent: {wording.listed(thrifty)}.")
    if spenders:
        yield _table("phase", spenders, [objective.budget.by_phase for objective in spenders], phases)
    if any(spending.name != NOWHERE for objective in spenders for spending in objective.budget.by_fault):
        yield _table("fault", spenders, [objective.budget.by_fault for objective in spenders], faults)
        yield remarked(
            "A phase counts the events due in it; a fault counts the events that it is known to have touched; a "
            "backlog that it left behind counts for the phase alone. Both tables cut the same bad events."
        )


def spending_sentence(objective: ObjectiveVerdict) -> str:
    """What was allowed, what was spent, and in which phase most of it."""
    spent = f"{objective.name}: {wording.plural(objective.bad, 'bad event')}"
    allowed = f" where the target allows {objective.budget.events_allowed:,.1f}"
    most = max(objective.budget.by_phase, key=lambda spending: spending.bad, default=None)
    whence = f" {wording.share(most.bad, objective.bad)} of them fell in {most.name}." if most and most.bad else ""
    return f"{spent}{allowed}{spent_share(objective.budget)}.{whence}"


def spent_share(budget: BudgetVerdict) -> str:
    """The spent part of the budget as a clause, in per cent or, far beyond it, in multiples."""
    if budget.spent_share is None:
        return ""
    if budget.spent_share >= MANY_TIMES:
        return f", {wording.number(budget.spent_share)} times the budget"
    return f", {wording.percent(budget.spent_share)} of the budget"


def _table(title: str, objectives: list[ObjectiveVerdict], cuts: list[list[Spending]], order: list[str]) -> Table:
    """One row for each name of the cuts, in the order of the run, what belongs to none of them last."""
    by_name = [{spending.name: spending for spending in cut} for cut in cuts]
    seen = dict.fromkeys(name for spendings in by_name for name in spendings)
    names = sorted(seen, key=lambda name: order.index(name) if name in order else len(order))
    return Table(
        f"Bad events by {title}, of all events there; the bar is the share of the objective's bad events",
        (*columns(title), *(Column(objective.name) for objective in objectives)),
        tuple(_row(name, title, by_name) for name in names),
    )


def _row(name: str, title: str, by_name: Sequence[Mapping[str, Spending]]) -> tuple[Cell, ...]:
    shown = f"no {title}" if name == NOWHERE else name
    return row(shown, *(_cell(spendings.get(name)) for spendings in by_name))


def _cell(spending: Spending | None) -> Cell:
    if spending is None:
        return Cell(wording.NONE)
    return Cell(f"{wording.count(spending.bad)} of {wording.count(spending.total)}", bar=spending.share)


SECTION = Section("budget", "Where the budget went", build)
