"""Layers that several charts share: the axis of time, bands of faults, boundaries of phases, the reading under the
pointer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import altair as alt

from slo.report.bins import Row
from slo.report.charts.theme import FAULT, INK, PAGE, QUIET
from slo.report.document import Specification
from slo.report.evidence import Evidence
from slo.report.wording import NS_PER_S

LETTER_PX = 6.2
"""Width of a letter of a label: what does not fit its phase on a narrow screen is left out there."""
ROW_PX = 15


@dataclass(frozen=True, slots=True)
class Timeline:
    """What every chart over time is drawn on. ``phases`` and ``faults``: rows with start_s, end_s and a label."""

    end_s: float
    phases: tuple[Row, ...]
    faults: tuple[Row, ...]

    @property
    def head_px(self) -> int:
        """Height of the labels above the plot."""
        return ROW_PX * (1 if self.phases else 0)


def timeline_of(evidence: Evidence) -> Timeline:
    phases: list[Row] = [
        {"start_s": phase.start_ns / NS_PER_S, "end_s": phase.end_ns / NS_PER_S, "label": phase.name}
        for phase in evidence.phases
    ]
    faults: list[Row] = [
        {"start_s": fault.start_ns / NS_PER_S, "end_s": fault.end_ns / NS_PER_S, "label": fault.id, "kind": fault.kind}
        for fault in evidence.faults
        if fault.applied
    ]
    return Timeline(evidence.end_ns / NS_PER_S, tuple(phases), tuple(faults))


def finished(layers: Sequence[alt.Chart], height_px: int) -> Specification:
    """The layers, the first at the bottom, as one Vega-Lite chart, as wide as where it stands."""
    sized = alt.LayerChart(layer=list(layers)).properties(
        width="container", height=height_px, autosize=alt.AutoSizeParams(type="fit-x")
    )
    return cast("Specification", {**sized.to_dict(), "config": {}})


def rows(values: Sequence[Row]) -> alt.InlineData:
    return alt.InlineData(values=list(values))


def time_axis(end_s: float) -> alt.X:
    return alt.X(
        "start_s:Q",
        title="time since the start of the run (s)",
        scale=alt.Scale(domain=[0, end_s], nice=False),
        axis=alt.Axis(tickCount=alt.ExprRef("max(4, width / 90)")),
    )


def value_axis(title: str, above_px: int = 0) -> alt.Axis:
    """The axis of values, its title lying above the plot and above ``above_px`` of labels there."""
    return alt.Axis(title=title, titleY=-10 - above_px, tickCount=5)


def logarithmic_axis(title: str, above_px: int = 0) -> alt.Axis:
    """Lines at powers of ten only: 0.001 to a million ms, as far as the scale goes."""
    return alt.Axis(
        title=title,
        titleY=-10 - above_px,
        values=[10.0**power for power in range(-3, 7)],
        labelExpr="format(datum.value, datum.value < 1 ? '~g' : ',')",
    )


def threshold(at: float, label: str, field: str = "ms", name_left: bool = False) -> list[alt.Chart]:
    """A line across the plot at a value of the axis of ``field``, its name at the right end, or the left one."""
    base = alt.Chart(rows([{field: at, "label": label}]))
    line: alt.Chart = base.mark_rule(strokeDash=[6, 3], color=QUIET.reference).encode(y=f"{field}:Q")
    where = alt.value(4) if name_left else alt.value(alt.ExprRef("width - 4"))
    text = base.mark_text(align="left" if name_left else "right", baseline="bottom", dy=-3, color=QUIET.reference)
    return [line, text.encode(y=f"{field}:Q", x=where, text="label:N")]


def fault_bands(timeline: Timeline) -> list[alt.Chart]:
    """Shades the plot from when a fault took hold until it was healed. Goes behind the data."""
    if not timeline.faults:
        return []
    base = alt.Chart(rows(timeline.faults))
    return [base.mark_rect(color=FAULT.reference, opacity=0.18).encode(x=time_axis(timeline.end_s), x2="end_s:Q")]


def fault_names(timeline: Timeline) -> list[alt.Chart]:
    """The edges of the faults and their names, in lanes so that neighbours do not collide. Goes before the data."""
    if not timeline.faults:
        return []
    base = alt.Chart(rows(timeline.faults))
    begin = base.mark_rule(color=FAULT.reference).encode(x=time_axis(timeline.end_s))
    end = base.mark_rule(color=FAULT.reference).encode(x=alt.X("end_s:Q"))
    names = [_fault_name(timeline, place, fault) for place, fault in enumerate(timeline.faults)]
    return [begin, end, *(layer for pair in names for layer in pair)]


def _fault_name(timeline: Timeline, place: int, fault: Row) -> list[alt.Chart]:
    """The name over a halo in the colour of the page, so that it can be read on anything."""
    late = float(fault["start_s"] or 0) > 0.7 * timeline.end_s
    style = alt.MarkDef(
        type="text", align="right" if late else "left", baseline="top", dx=-4 if late else 4, fontWeight="bold"
    )
    base = alt.Chart(rows([fault])).encode(
        x=time_axis(timeline.end_s), y=alt.value(4 + place % 3 * ROW_PX), text=alt.Text("label:N")
    )
    halo, name = base.copy(), base.copy()
    halo.mark = alt.MarkDef(**style.to_dict(), stroke=PAGE.reference, strokeWidth=4, opacity=0.85)
    name.mark = alt.MarkDef(**style.to_dict(), color=FAULT.reference)
    return [halo, name]


def phase_marks(timeline: Timeline) -> list[alt.Chart]:
    """A line where each phase begins, and its name above the plot where it fits."""
    if not timeline.phases:
        return []
    base = alt.Chart(rows(timeline.phases))
    line = base.mark_rule(color=QUIET.reference, strokeDash=[2, 3], opacity=0.8).encode(x=time_axis(timeline.end_s))
    name = (
        base.transform_calculate(
            shown=f"(datum.end_s - datum.start_s) / {timeline.end_s} * width"
            f" < {LETTER_PX} * length(datum.label) ? '' : datum.label",
            middle_s="(datum.start_s + datum.end_s) / 2",
        )
        .mark_text(align="center", baseline="bottom", color=INK.reference)
        .encode(x=alt.X("middle_s:Q"), y=alt.value(-4), text="shown:N")
    )
    return [line, name]


def reading(base: alt.Chart, end_s: float, tooltip: Sequence[alt.Tooltip]) -> alt.Chart:
    """An invisible bar over each bin that lights up under the pointer and tells the figures."""
    under_pointer = alt.selection_point(
        name="under_pointer", on="pointerover", clear="pointerout", fields=["start_s"], empty=False
    )
    bars: alt.Chart = (
        base.mark_rect(color=INK.reference)
        .encode(
            x=time_axis(end_s),
            x2="end_s:Q",
            opacity=alt.condition(under_pointer, alt.value(0.1), alt.value(0)),
            tooltip=list(tooltip),
        )
        .properties(name="reading")
        .add_params(under_pointer)
    )
    return bars
