"""A recorded feed over the hours of its day: how far behind each venue's events arrived."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from slo.report.bins import Row
from slo.report.charts.layers import finished, logarithmic_axis, rows, threshold
from slo.report.charts.theme import FIRST, INK, SECOND
from slo.report.document import Specification


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


def delays(bins: Sequence[Row], scale: Scale, height_px: int = 130) -> Specification:
    """A bar per bin from the median to the worst delay, logarithmic, against the UTC clock.

    ``bins``: from_ms and to_ms (epoch), median_ms, worst_ms, events.
    """
    base = alt.Chart(rows(bins))
    hours = alt.X(
        "from_ms:T",
        title="time (UTC)",
        scale=alt.Scale(type="utc", domain=[scale.from_ms, scale.to_ms], nice=False),
        axis=alt.Axis(format="%H:%M", tickCount=alt.ExprRef("max(3, width / 90)")),
    )
    span = alt.Scale(type="log", domain=[scale.delay_ms_min, scale.delay_ms_max], nice=False, clamp=True)
    y = alt.Y("worst_ms:Q", scale=span, axis=logarithmic_axis("delivered late by (ms), median to worst"))
    tooltip = [
        alt.Tooltip("from_ms:T", title="from (UTC)", format="%H:%M:%S", formatType="utc"),
        alt.Tooltip("events:Q", format=","),
        alt.Tooltip("median_ms:Q", title="median (ms)", format=",.1f"),
        alt.Tooltip("worst_ms:Q", title="worst (ms)", format=",.1f"),
    ]
    too_late = alt.condition(
        f"datum.worst_ms > {scale.within_ms}", alt.value(SECOND.reference), alt.value(FIRST.reference)
    )
    bar = base.mark_rect(minWidth=1.5).encode(
        x=hours, x2="to_ms:T", y=y, y2="median_ms:Q", color=too_late, tooltip=tooltip
    )
    tick = base.mark_rule(color=INK.reference, strokeWidth=1).encode(x=hours, x2="to_ms:T", y=alt.Y("median_ms:Q"))
    return finished([bar, tick, *threshold(scale.within_ms, f"{scale.within_ms:g} ms")], height_px)
