"""A run over time: what came back each second, and how long it took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import altair as alt

from slo.report.bins import Row
from slo.report.charts.layers import (
    Timeline,
    fault_bands,
    fault_names,
    finished,
    logarithmic_axis,
    phase_marks,
    reading,
    rows,
    threshold,
    time_axis,
    value_axis,
)
from slo.report.charts.theme import FAULT, FIRST, OUTCOME_TOKENS, QUIET, SECOND, Token
from slo.report.document import Specification


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a line is drawn: its colour, and the pixels of its dashes and gaps."""

    token: Token
    dashes: tuple[int, int] = (1, 0)
    halo: bool = False
    """Whether it lies on a broad shade of itself, which still shows where another line covers it."""


LATENCY_STROKES = {
    "response p99": Stroke(SECOND, halo=True),
    "response p50": Stroke(SECOND, (4, 4), halo=True),
    "service p99": Stroke(FIRST),
    "service p50": Stroke(FIRST, (4, 4)),
}

LAG_STROKES = {"max": Stroke(QUIET, (1, 3)), "p99": Stroke(SECOND), "p50": Stroke(FIRST, (4, 4))}
STALL_STROKES = {**LAG_STROKES, "longest stall": Stroke(FAULT, (2, 2))}
REQUEST_STROKES = {"in all": Stroke(SECOND), "first": Stroke(FIRST, (4, 4))}
SHARE_STROKES = {"processor": Stroke(FIRST)}
FULL_PERCENT = 95


def rates(bins: Sequence[Row], titles: Mapping[str, str], timeline: Timeline, height_px: int = 230) -> Specification:
    """Stacked arrivals per second. ``titles``: column of ``bins`` -> what the legend calls it, bottom first."""
    renamed = [_titled(row, titles) for row in bins]
    tooltip = [_time(), *(_figure(name, "/s") for name in titles.values())]
    over = reading(alt.Chart(rows(renamed)), timeline.end_s, tooltip)
    layers = [
        *fault_bands(timeline),
        _stack(renamed, titles, timeline),
        *phase_marks(timeline),
        *fault_names(timeline),
        over,
    ]
    return finished(layers, height_px)


def latencies(bins: Sequence[Row], deadline_ms: float, timeline: Timeline, height_px: int = 230) -> Specification:
    """Percentiles of response and service time, logarithmic, with the deadline as a line across."""
    layers = [
        *fault_bands(timeline),
        *phase_marks(timeline),
        *threshold(deadline_ms, f"deadline {deadline_ms:,g} ms"),
        *_lines(bins, LATENCY_STROKES, "time (ms)", timeline),
        *fault_names(timeline),
        _reading_of(bins, LATENCY_STROKES, "ms", timeline),
    ]
    return finished(layers, height_px)


def lags(bins: Sequence[Row], timeline: Timeline, height_px: int = 180) -> Specification:
    """How late the generator itself sent, and where ``bins`` know of it, how long its event loop stood still."""
    strokes = STALL_STROKES if any("longest stall" in each for each in bins) else LAG_STROKES
    return _of_times(bins, strokes, "late by (ms)", timeline, height_px)


def ages(bins: Sequence[Row], timeline: Timeline, height_px: int = 180) -> Specification:
    """How old the events of a stream were when they came."""
    return _of_times(bins, LAG_STROKES, "age of events (ms)", timeline, height_px)


def requests(bins: Sequence[Row], timeline: Timeline, height_px: int = 180) -> Specification:
    """What went out each second beside what was due: they part where it is sent again."""
    return _of_levels(bins, REQUEST_STROKES, ("requests per second", "/s"), timeline, height_px)


def shares(bins: Sequence[Row], timeline: Timeline, height_px: int = 140) -> Specification:
    """Of one processor, in per cent, with a line from which on none is to spare."""
    full = threshold(FULL_PERCENT, "none to spare", "level", name_left=True)
    return _of_levels(bins, SHARE_STROKES, ("of one processor (%)", "%"), timeline, height_px, full)


def _of_times(
    bins: Sequence[Row], strokes: Mapping[str, Stroke], unit: str, timeline: Timeline, height_px: int
) -> Specification:
    layers = [
        *fault_bands(timeline),
        *phase_marks(timeline),
        *_lines(bins, strokes, unit, timeline),
        *fault_names(timeline),
        _reading_of(bins, strokes, "ms", timeline),
    ]
    return finished(layers, height_px)


def _of_levels(  # noqa: PLR0917
    bins: Sequence[Row],
    strokes: Mapping[str, Stroke],
    units: tuple[str, str],
    timeline: Timeline,
    height_px: int,
    across: Sequence[alt.Chart] = (),
) -> Specification:
    """Lines from zero up. ``units``: on the axis, and short for the reading under the pointer."""
    closing = {**bins[-1], "start_s": bins[-1]["end_s"]}
    base = alt.Chart(rows([*bins, closing])).encode(
        x=time_axis(timeline.end_s),
        y=alt.Y("level:Q", scale=alt.Scale(zero=True), axis=value_axis(units[0], timeline.head_px)),
        color=_colour_of(strokes),
        strokeDash=_dashes_of(strokes),
    )
    names: list[str | alt.FieldName] = list(strokes)
    lines = base.transform_fold(names, as_=["series", "level"]).mark_line(interpolate="step-after", clip=True)
    layers = [
        *fault_bands(timeline),
        *phase_marks(timeline),
        *across,
        lines,
        *fault_names(timeline),
        _reading_of(bins, strokes, units[1], timeline),
    ]
    return finished(layers, height_px)


def _stack(bins: Sequence[Row], titles: Mapping[str, str], timeline: Timeline) -> alt.Chart:
    """Areas that keep their height through each bin; one closing row carries the last bin to its end."""
    closing = {**bins[-1], "start_s": bins[-1]["end_s"]}
    names = list(titles.values())
    colours = [OUTCOME_TOKENS[name].reference for name in titles]
    chart: alt.Chart = (
        alt.Chart(rows([*bins, closing]))
        .transform_fold([*names], as_=["outcome", "per_s"])
        .transform_calculate(place=f"indexof({names!r}, datum.outcome)")
        .mark_area(interpolate="step-after")
        .encode(
            x=time_axis(timeline.end_s),
            y=alt.Y("per_s:Q", stack="zero", axis=value_axis("arrivals per second", timeline.head_px)),
            color=alt.Color("outcome:N", scale=alt.Scale(domain=names, range=colours), legend=_legend(len(names))),
            order="place:Q",
        )
    )
    return chart


def _lines(bins: Sequence[Row], strokes: Mapping[str, Stroke], unit: str, timeline: Timeline) -> list[alt.Chart]:
    """One line per column of ``bins``, broken where a bin has no figure; halos beneath."""
    names = list(strokes)
    base = alt.Chart(rows(bins)).encode(
        x=time_axis(timeline.end_s),
        y=alt.Y("ms:Q", scale=alt.Scale(type="log"), axis=logarithmic_axis(unit, timeline.head_px)),
        color=_colour_of(strokes),
    )
    shaded: list[str | alt.FieldName] = [name for name, stroke in strokes.items() if stroke.halo]
    halos = base.transform_fold(shaded, as_=["series", "ms"]).mark_line(strokeWidth=6, opacity=0.3, clip=True)
    lines = base.transform_fold([*names], as_=["series", "ms"]).mark_line(strokeWidth=1.8, clip=True)
    dashed: alt.Chart = lines.encode(strokeDash=_dashes_of(strokes))
    return [*([halos] if shaded else []), dashed]


def _colour_of(strokes: Mapping[str, Stroke]) -> alt.Color:
    colours = alt.Scale(domain=list(strokes), range=[stroke.token.reference for stroke in strokes.values()])
    return alt.Color("series:N", scale=colours, legend=_legend(len(strokes)))


def _dashes_of(strokes: Mapping[str, Stroke]) -> alt.StrokeDash:
    dashes = alt.Scale(domain=list(strokes), range=[list(stroke.dashes) for stroke in strokes.values()])
    return alt.StrokeDash("series:N", scale=dashes)


def _reading_of(bins: Sequence[Row], strokes: Mapping[str, Stroke], unit: str, timeline: Timeline) -> alt.Chart:
    tooltip = [_time(), *(_figure(name, unit) for name in strokes)]
    return reading(alt.Chart(rows(bins)), timeline.end_s, tooltip)


def _titled(row: Row, titles: Mapping[str, str]) -> Row:
    bounds: Row = {"start_s": row["start_s"], "end_s": row["end_s"]}
    return {**bounds, **{title: row[name] for name, title in titles.items()}}


def _legend(entries: int) -> alt.Legend:
    """Side by side where there is room, two abreast on a phone."""
    return alt.Legend(title=None, columns=alt.ExprRef(f"width < 420 ? 2 : {entries}"), symbolOpacity=1)


def _time() -> alt.Tooltip:
    return alt.Tooltip("start_s:Q", title="from (s)", format=",.1f")


def _figure(name: str, unit: str) -> alt.Tooltip:
    return alt.Tooltip(f"{name}:Q", title=f"{name} ({unit})", format=",.3~f")
