"""What overload takes away, and how much of the loss a better server could have won back."""

from collections.abc import Iterator

from slo.capacity import OverloadBound
from slo.report import wording
from slo.report.bins import Row
from slo.report.charts import sweep
from slo.report.document import Block, Cell, Figure, Heading, Inline, Strong, Table, columns, remarked, row, said
from slo.report.evidence import Evidence

PX_PER_PHASE = 74


def overload(evidence: Evidence) -> Iterator[Block]:
    overloads = evidence.findings.overloads
    if not overloads:
        if evidence.findings.capacity is not None and evidence.findings.capacity.saturated:
            yield remarked("No open phase offered more than the capacity, so this run says nothing about overload.")
        return
    yield Heading("Beyond capacity, some must lose")
    for bound in overloads:
        yield said(*bound_sentence(bound))
    yield Figure(
        "overload",
        "Overload: measured, and what no server of this capacity could exceed",
        "The bar is what was answered in time, the mark is the bound.",
        sweep.overload([_chart_row(bound) for bound in overloads], PX_PER_PHASE * len(overloads)),
    )
    yield Table(
        "Overload phases",
        (
            *columns("phase"),
            *columns("arrivals", "offered", "capacity", "capacity used for the bound", "deadline", words=0),
            *columns("could be in time", "at most", "were in time", "measured", words=0),
        ),
        tuple(_row(bound) for bound in overloads),
    )
    yield remarked(
        "The bound is counted on the arrivals as they really came: a perfect server, told beforehand which arrivals "
        "to refuse, working without pause at the capacity that is the upper one-sided 99.9 % prediction limit of what "
        "the sweep measured. No queue length, retry or scheduling policy can pass it; only more capacity or less load."
    )


SWEEP_EXCEEDED = (
    " The sweep understated the capacity: this phase gave more answers than the sweep's limit allows, so the bound is "
    "counted with the phase's own answers. Longer sweep steps on a quieter host would tell better."
)


def bound_sentence(bound: OverloadBound) -> tuple[Inline, ...]:
    """The overload in one breath: what came, what could be had, what was, and why."""
    lost_anyway = bound.arrivals - bound.servable
    lost_besides = bound.servable - bound.in_time
    measured_by = "the phase itself" if bound.sweep_exceeded else "the sweep"
    certainly = wording.rate(bound.capacity_per_s_upper)
    return (
        f"In {bound.phase}, {wording.count(bound.arrivals)} arrivals came at {wording.rate(bound.offered_per_s)} to a "
        f"target that can do {wording.rate(bound.capacity_per_s)}, and certainly not more than {certainly} (the "
        f"one-sided 99.9 % limit of what {measured_by} measured). With every answer due within "
        f"{wording.milliseconds(float(bound.deadline_ms))}, no server of {certainly} could have answered more than "
        f"{wording.count(bound.servable)} of them in time: ",
        Strong(f"at most {wording.at_most(bound.availability_bound)}"),
        ". Measured: ",
        Strong(wording.share(bound.in_time, bound.arrivals)),
        f" ({wording.count(bound.in_time)}). So {wording.share(lost_anyway, bound.arrivals)} of the arrivals was lost "
        f"before anything went wrong, and {wording.share(lost_besides, bound.arrivals)} at most is what a better "
        "queue or a better rule for refusing could still win.",
        *([SWEEP_EXCEEDED] if bound.sweep_exceeded else []),
    )


def _chart_row(bound: OverloadBound) -> Row:
    return {
        "phase": bound.phase,
        "measured": round(bound.availability * 100, 3),
        "bound": round(bound.availability_bound * 100, 3),
        "label": f"at most {bound.availability_bound * 100:.1f} %",
    }


def _row(bound: OverloadBound) -> tuple[Cell, ...]:
    return row(
        bound.phase,
        wording.count(bound.arrivals),
        wording.rate(bound.offered_per_s),
        wording.rate(bound.capacity_per_s),
        wording.rate(bound.capacity_per_s_upper),
        wording.milliseconds(float(bound.deadline_ms)),
        wording.count(bound.servable),
        wording.at_most(bound.availability_bound),
        wording.count(bound.in_time),
        wording.share(bound.in_time, bound.arrivals),
    )
