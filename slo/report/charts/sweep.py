"""Latency against concurrency: what more users bring, and what they pay for it."""

from collections.abc import Sequence

import altair as alt

from slo.capacity import CapacityFindings, SweepStep, UslFit
from slo.report.bins import Row
from slo.report.charts.layers import finished, logarithmic_axis, rows, threshold, value_axis
from slo.report.charts.theme import FIRST, INK, QUIET, SECOND
from slo.report.document import Specification

CURVE_POINTS = 60


def of_findings(found: CapacityFindings) -> Specification:
    """Throughput as measured, with the fitted law and, where the sweep saturated the target, its capacity."""
    fit = [] if found.usl is None else curve(found.usl, found.sweep)
    capacity = found.capacity
    ceiling = capacity.pooled_per_s if capacity is not None and capacity.saturated else None
    return throughput(steps_measured(found.sweep), fit, ceiling)


def steps_measured(steps: tuple[SweepStep, ...]) -> list[Row]:
    return [{"users": step.users, "per_s": round(step.throughput_per_s, 3)} for step in steps]


def curve(fit: UslFit, steps: tuple[SweepStep, ...]) -> list[Row]:
    """The fitted law between the fewest and the most users of the sweep, evenly spaced on a logarithmic axis."""
    fewest, most = steps[0].users, steps[-1].users
    users = [fewest * (most / fewest) ** (place / (CURVE_POINTS - 1)) for place in range(CURVE_POINTS)]
    return [{"users": round(n, 4), "per_s": round(fit.throughput_per_s(n), 3)} for n in users]


def throughput(
    steps: Sequence[Row], fit: Sequence[Row] = (), capacity_per_s: float | None = None, height_px: int = 240
) -> Specification:
    """Answers per second by users. ``steps``: users, per_s; ``fit``: the same along the fitted curve."""
    base = alt.Chart(rows(steps))
    y = alt.Y("per_s:Q", scale=alt.Scale(zero=True), axis=value_axis("answers per second"))
    tooltip = [alt.Tooltip("users:Q", title="users"), alt.Tooltip("per_s:Q", title="answers (/s)", format=",.1f")]
    joined = [] if fit else [base.mark_line(color=FIRST.reference).encode(x=_users(steps), y=y)]
    points = base.mark_point(color=FIRST.reference, opacity=1, size=60).encode(x=_users(steps), y=y, tooltip=tooltip)
    ceiling = (
        []
        if capacity_per_s is None
        else threshold(capacity_per_s, f"capacity {capacity_per_s:,.0f}/s", "per_s", name_left=True)
    )
    return finished([*_fit(fit, steps), *ceiling, *joined, points], height_px)


def latency(steps: Sequence[Row], deadline_ms: float, height_px: int = 240) -> Specification:
    """Response time by users, logarithmic. ``steps``: users, series (p50 or p99), ms."""
    base = alt.Chart(rows(steps))
    y = alt.Y("ms:Q", scale=alt.Scale(type="log"), axis=logarithmic_axis("response time (ms)"))
    scale = alt.Scale(domain=["p99", "p50"], range=[SECOND.reference, FIRST.reference])
    colour = alt.Color("series:N", scale=scale, legend=alt.Legend(title=None))
    tooltip = [
        alt.Tooltip("users:Q", title="users"),
        alt.Tooltip("series:N", title="percentile"),
        alt.Tooltip("ms:Q", title="response (ms)", format=",.3~f"),
    ]
    line = base.mark_line().encode(x=_users(steps), y=y, color=colour)
    points = base.mark_point(opacity=1, size=60).encode(x=_users(steps), y=y, color=colour, tooltip=tooltip)
    return finished([*threshold(deadline_ms, f"deadline {deadline_ms:,g} ms"), line, points], height_px)


def overload(phases: Sequence[Row], height_px: int) -> Specification:
    """Share of arrivals answered in time, measured as a bar, the bound as a mark that it cannot pass.

    ``phases``: phase, measured, bound (both in percent).
    """
    base = alt.Chart(rows(phases))
    x = alt.X(
        "measured:Q",
        title="arrivals answered in time (%)",
        scale=alt.Scale(domain=[0, 100]),
        axis=alt.Axis(tickCount=5),
    )
    y = alt.Y("phase:N", title=None, axis=alt.Axis(labelColor=INK.reference, labelLimit=120))
    tooltip = [
        alt.Tooltip("phase:N"),
        alt.Tooltip("measured:Q", title="measured (%)", format=".2f"),
        alt.Tooltip("bound:Q", title="bound (%)", format=".2f"),
    ]
    track = base.mark_bar(color=QUIET.reference, opacity=0.18, height=22).encode(
        x=alt.X("bound:Q"), y=y, tooltip=tooltip
    )
    bar = base.mark_bar(color=FIRST.reference, height=22).encode(x=x, y=y, tooltip=tooltip)
    mark = base.mark_tick(color=SECOND.reference, thickness=3, size=34).encode(x="bound:Q", y=y, tooltip=tooltip)
    side = alt.ExprRef("datum.bound > 50 ? 'right' : 'left'")
    name = base.mark_text(align=side, baseline="bottom", dy=-19, color=SECOND.reference, fontWeight="bold")
    return finished([track, bar, mark, name.encode(x="bound:Q", y=y, text="label:N")], height_px)


def _users(steps: Sequence[Row]) -> alt.X:
    ticks = sorted({int(step["users"] or 0) for step in steps})
    return alt.X(
        "users:Q",
        title="users at the same time",
        scale=alt.Scale(type="log", base=2, nice=False),
        axis=alt.Axis(values=ticks, format="d"),
    )


def _fit(fit: Sequence[Row], steps: Sequence[Row]) -> list[alt.Chart]:
    if not fit:
        return []
    curve = alt.Chart(rows(fit)).mark_line(color=SECOND.reference, strokeDash=[6, 4])
    label = alt.Chart(rows([fit[-1]])).mark_text(align="right", baseline="top", dy=10, color=SECOND.reference)
    text = alt.value("Universal Scalability Law")
    return [curve.encode(x=_users(steps), y="per_s:Q"), label.encode(x=_users(steps), y="per_s:Q", text=text)]
