"""Latency against concurrency: what each step of the sweep delivered."""

from collections.abc import Iterator

from slo.capacity import SweepStep
from slo.report import wording
from slo.report.bins import Row
from slo.report.charts import sweep
from slo.report.document import Block, Cell, Figure, Section, Table, columns, remarked, row
from slo.report.evidence import Evidence

SERIES = {"p50": "response_ms_p50", "p99": "response_ms_p99"}


def build(evidence: Evidence) -> Iterator[Block]:
    steps = evidence.findings.sweep
    if not steps:
        return
    yield Figure(
        "throughput",
        "Throughput against concurrency",
        _throughput_caption(steps),
        sweep.throughput(sweep.steps_measured(steps)),
    )
    by_series = latency_rows(steps)
    if by_series:
        yield Figure(
            "latency",
            "Latency against concurrency",
            _latency_caption(steps),
            sweep.latency(by_series, evidence.deadline_ms),
        )
    yield Table(
        "The sweep, step by step; percentiles are of answers that were ok",
        (
            *columns("users", "answers", "answers/s", words=0),
            *columns("response p50", "response p99", "service p50", "service p99", words=0),
        ),
        tuple(_step_row(step) for step in steps),
    )
    yield remarked(
        "In a closed step a user sends its next request when the last was answered, so a slow target slows its own "
        "load. Only the open phases show what happens when the world does not wait."
    )


def latency_rows(steps: tuple[SweepStep, ...]) -> list[Row]:
    return [
        {"users": step.users, "series": series, "ms": round(value, 3)}
        for step in steps
        for series, name in SERIES.items()
        if (value := getattr(step, name)) is not None
    ]


def _throughput_caption(steps: tuple[SweepStep, ...]) -> str:
    first, best = steps[0], max(steps, key=lambda step: step.throughput_per_s)
    return (
        f"From {wording.rate(first.throughput_per_s)} with {wording.plural(first.users, 'user')} to "
        f"{wording.rate(best.throughput_per_s)} with {wording.plural(best.users, 'user')}, the most that was seen."
    )


def _latency_caption(steps: tuple[SweepStep, ...]) -> str:
    first, last = steps[0], steps[-1]
    return (
        f"The median response grows from {wording.milliseconds(first.response_ms_p50)} with "
        f"{wording.plural(first.users, 'user')} to {wording.milliseconds(last.response_ms_p50)} with "
        f"{wording.plural(last.users, 'user')}, the 99th percentile to {wording.milliseconds(last.response_ms_p99)}."
    )


def _step_row(step: SweepStep) -> tuple[Cell, ...]:
    latencies = (step.response_ms_p50, step.response_ms_p99, step.service_ms_p50, step.service_ms_p99)
    return row(
        wording.count(step.users),
        wording.count(step.answers),
        wording.rate(step.throughput_per_s),
        *(wording.milliseconds(value) for value in latencies),
    )


SECTION = Section("concurrency", "Latency against concurrency", build)
