"""A recorded feed over the hours of its day: how far behind each venue's events arrived."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from slo.report.bins import Row
from slo.report.charts.layers import finished, logarithmic_axis, rows, threshold
from slo.report.charts.theme import FIRST, SECOND
from slo.report.document import Specification

MS_PER_MINUTE = 60_000
TICKS_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class Scale:
    """What the charts of all venues share, so that they compare."""

    within_ms: float
    """Bins whose worst delay exceeds it take the warm colour."""
    from_ms: int
    """Epoch of the left edge; ``to_ms`` of the right one."""
    to_ms: int
    delay_ms_min: float
    delay_ms_max: float


def delays(bins: Sequence[Row], scale: Scale, height_px: int = 150) -> Specification:
    """A bar per bin from the median to the worst delay, logarithmic, against the UTC clock.

    ``bins``: from_ms and to_ms (epoch), median_ms, worst_ms, events.
    """
    base = alt.Chart(rows(bins)).transform_calculate(clock="utcFormat(datum.from_ms, '%H:%M:%S')")
    span = alt.Scale(type="log", domain=[scale.delay_ms_min, scale.delay_ms_max], nice=False)
    y = alt.Y("worst_ms:Q", scale=span, axis=logarithmic_axis("delivered late by (ms), median to worst"))
    too_late = alt.condition(
        f"datum.worst_ms > {scale.within_ms}", alt.value(SECOND.reference), alt.value(FIRST.reference)
    )
    bar = base.mark_rect(strokeWidth=1, clip=True).encode(
        x=_clock_axis(scale),
        x2="to_ms:Q",
        y=y,
        y2="median_ms:Q",
        color=too_late,
        stroke=too_late,
        tooltip=[
            alt.Tooltip("clock:N", title="from (UTC)"),
            alt.Tooltip("events:Q", format=","),
            alt.Tooltip("median_ms:Q", title="median (ms)", format=",.1f"),
            alt.Tooltip("worst_ms:Q", title="worst (ms)", format=",.1f"),
        ],
    )
    stem = base.mark_rect(opacity=0.22, clip=True).encode(
        x=_clock_axis(scale), x2="to_ms:Q", y=y, y2=alt.datum(scale.delay_ms_min), color=too_late
    )
    return finished([stem, bar, *threshold(scale.within_ms, f"{scale.within_ms:g} ms")], height_px)


def clock_ticks(from_ms: int, to_ms: int) -> list[int]:
    """Whole minutes, quarters or hours between two epochs, nine at most."""
    steps = [minutes * MS_PER_MINUTE for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440)]
    step = next((step for step in steps if (to_ms - from_ms) / step <= TICKS_AT_MOST), to_ms - from_ms)
    return list(range(-(-from_ms // step) * step, to_ms + 1, step))


def _clock_axis(scale: Scale) -> alt.X:
    return alt.X(
        "from_ms:Q",
        title="time (UTC)",
        scale=alt.Scale(domain=[scale.from_ms, scale.to_ms], nice=False, zero=False),
        axis=alt.Axis(values=clock_ticks(scale.from_ms, scale.to_ms), labelExpr="utcFormat(datum.value, '%H:%M')"),
    )
