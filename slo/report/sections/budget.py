"""Where the error budget went: bad events of each objective by phase and by fault."""

from collections.abc import Iterator

from slo.report import wording
from slo.report.document import Block, Cell, Heading, Section, Table, columns, remarked, row, said
from slo.report.evidence import Evidence
from slo.verdict import ObjectiveVerdict, Spending


def build(evidence: Evidence) -> Iterator[Block]:
    objectives = evidence.verdict.objectives
    if evidence.feed or not objectives:
        return
    spenders = [objective for objective in objectives if objective.bad]
    thrifty = [objective.name for objective in objectives if not objective.bad]
    for objective in spenders:
        yield from _spent(objective)
    if spenders:
        yield remarked(
            "A phase counts the events due in it; a fault counts the events that it is known to have touched; a "
            "backlog that it left behind counts for the phase alone. Both tables cut the same bad events."
        )
    if thrifty:
        yield said(f"No bad event, and so nothing spent: {wording.listed(thrifty)}.")


def _spent(objective: ObjectiveVerdict) -> Iterator[Block]:
    yield Heading(objective.name)
    yield said(spending_sentence(objective))
    yield _table("By phase", "phase", objective.budget.by_phase)
    if any(spending.bad and spending.name != "(none)" for spending in objective.budget.by_fault):
        yield _table("By fault", "fault", objective.budget.by_fault)


def spending_sentence(objective: ObjectiveVerdict) -> str:
    """What was allowed, what was spent, and who spent most of it."""
    budget = objective.budget
    spent = wording.plural(objective.bad, "bad event")
    allowed = f"{budget.events_allowed:,.1f}"
    share = "" if budget.spent_share is None else f", {wording.number(budget.spent_share * 100)} % of the budget"
    most = max(budget.by_phase, key=lambda spending: spending.bad, default=None)
    whence = f" {wording.share(most.bad, objective.bad)} of them fell in {most.name}." if most and most.bad else ""
    return f"{spent} where the target allows {allowed}{share}.{whence}"


def _table(caption: str, title: str, spendings: list[Spending]) -> Table:
    ordered = sorted(spendings, key=lambda spending: -spending.bad)
    return Table(
        caption,
        (*columns(title), *columns("bad events", "events", "bad share", "of all bad events", words=0)),
        tuple(_row(spending) for spending in ordered),
    )


def _row(spending: Spending) -> tuple[Cell, ...]:
    return row(
        spending.name,
        wording.count(spending.bad),
        wording.count(spending.total),
        wording.share(spending.bad, spending.total),
        Cell(wording.percent(spending.share), bar=spending.share),
    )


SECTION = Section("budget", "Where the budget went", build)
