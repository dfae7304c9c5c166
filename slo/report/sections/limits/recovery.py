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
    costly = [one for one in recoveries if one.downtime_s]
    if costly:
        yield Table(
            "How many such faults a year allows, were nothing else ever to fail",
            (
                *columns("availability"),
                *columns("downtime a year", *(f"faults like {one.fault}" for one in costly), words=0),
            ),
            (
                row("felt for", wording.NONE, *(wording.seconds(one.recovery_s or 0.0) for one in costly)),
                row(
                    "costs, in full downtime", wording.NONE, *(wording.seconds(one.downtime_s or 0.0) for one in costly)
                ),
                *(_nines_row(nines, [one.fault for one in costly]) for nines in evidence.findings.nines),
            ),
        )
        yield remarked(
            "A fault costs what it loses: the arrivals lost while it was felt, divided by the arrivals per second at "
            "that time, are seconds of full downtime. One that loses every arrival costs all the time that it is felt, "
            "one that loses a tenth of them a tenth of it. Availability is bought by fewer faults, shorter ones or "
            "milder ones. Where the table says less than 1, one such fault spends more than a year's allowance: that "
            "nine is out of reach unless recovery gets faster or less is lost meanwhile."
        )


def recovery_sentence(one: Recovery) -> str:
    """How long one fault was felt, and what it cost."""
    name = f"{one.fault} ({one.kind})"
    if one.level_before is None:
        return f"{name}: nothing was due just before it, so there is no level to recover to."
    lost = f"{wording.plural(one.lost, 'arrival')} {'was' if one.lost == 1 else 'were'} not answered in time meanwhile"
    lost += f", as many as {wording.seconds(one.downtime_s)} of full downtime would lose." if one.downtime_s else "."
    return f"{name}: {wording.percent(one.level_before)} were answered in time just before it; {_return(one)}. {lost}"


def _return(one: Recovery) -> str:
    if one.healed_ns is None:
        return "it was never healed, so nothing can be said of a recovery"
    if one.too_brief:
        return f"watched too briefly to tell whether it was back there, {wording.seconds(one.censored_s or 0.0)} in all"
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
