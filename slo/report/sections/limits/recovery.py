"""What time to recover allows: how many faults like the injected ones fit into a year at each nine."""

from collections.abc import Iterator

from slo.capacity import NinesRow, Recovery
from slo.report import wording
from slo.report.document import Block, Cell, Heading, Table, columns, remarked, row, said
from slo.report.evidence import Evidence


def recovery(evidence: Evidence) -> Iterator[Block]:
    recoveries = evidence.findings.recoveries
    if not recoveries:
        if not evidence.feed:
            yield remarked("No fault took hold in this run, so it says nothing about recovery.")
        return
    yield Heading("Every fault costs its recovery")
    for one in recoveries:
        yield said(recovery_sentence(one))
    costly = [one.fault for one in recoveries if one.recovery_s]
    if costly:
        yield Table(
            "How many such faults a year allows, were nothing else ever to fail",
            (
                *columns("availability"),
                *columns("downtime a year", *(f"faults like {fault}" for fault in costly), words=0),
            ),
            tuple(_nines_row(nines, costly) for nines in evidence.findings.nines),
        )
        yield remarked(
            "Availability is bought by fewer faults or by shorter ones. Where the table says less than 1, one such "
            "fault spends more than a year's allowance: that nine is out of reach unless recovery gets faster."
        )


def recovery_sentence(one: Recovery) -> str:
    """How long one fault was felt, and what it cost."""
    name = f"{one.fault} ({one.kind})"
    if one.level_before is None:
        return f"{name}: nothing was due just before it, so there is no level to recover to."
    lost = f"{wording.plural(one.lost, 'arrival')} {'was' if one.lost == 1 else 'were'} not answered in time meanwhile."
    return f"{name}: {wording.percent(one.level_before)} were answered in time just before it; {_return(one)}. {lost}"


def _return(one: Recovery) -> str:
    if one.recovery_s is None:
        return f"not back there within {wording.seconds(one.censored_s or 0.0)}, when watching ended"
    if one.recovery_s == 0:
        return "that level was never left"
    return f"back there after {wording.seconds(one.recovery_s)}"


def _nines_row(nines: NinesRow, faults: list[str]) -> tuple[Cell, ...]:
    return row(
        wording.target(nines.availability),
        wording.span(float(nines.downtime_s_per_year)),
        *(_times(nines.faults_per_year.get(fault)) for fault in faults),
    )


def _times(per_year: float | None) -> str:
    return wording.NONE if per_year is None else wording.number(per_year)
