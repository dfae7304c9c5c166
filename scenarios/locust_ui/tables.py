"""The tables: their columns, as Locust's UI wants them declared, and their rows. Times are in milliseconds. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from scenarios.locust_ui.board import Board, Heard
from scenarios.locust_ui.histogram import Histogram
from scenarios.locust_ui.tallies import Tally
from slo.history import Outcome

Cell: TypeAlias = str | int | float | None
Row: TypeAlias = dict[str, Cell]

NS_PER_MS = 1_000_000
TOTAL = "Aggregated"
"""As Locust names its own last row."""
NOT_CONNECTED = "gone"
_QUANTILES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A tab of the UI. ``columns``: titles by key."""

    key: str
    title: str
    columns: Mapping[str, str]

    def structure(self) -> Sequence[Mapping[str, str]]:
        return [{"key": key, "title": title} for key, title in self.columns.items()]


def _times(kind: str, title: str) -> dict[str, str]:
    names = [name for name, _ in _QUANTILES]
    return {f"{kind}_{name}": f"{title} {name} (ms)" for name in [*names, "max"]}


TIMES = Table(
    "response-and-service",
    "Response and service",
    {
        "name": "Operation",
        "arrivals": "# arrivals",
        **_times("response", "Response"),
        **_times("service", "Service"),
        "lag_p99": "Lag p99 (ms)",
    },
)
OUTCOMES = Table(
    "outcomes",
    "Outcomes",
    {"name": "Operation", "arrivals": "# arrivals", **{outcome.value: outcome.value for outcome in Outcome}},
)
GENERATORS = Table(
    "generators",
    "Generator health",
    {
        "name": "Generator",
        "state": "State",
        "heard_s_ago": "Last report (s ago)",
        "arrivals": "# arrivals",
        "in_flight": "In flight",
        "dropped": "Dropped",
        "lag_p50": "Lag p50 (ms)",
        "lag_p99": "Lag p99 (ms)",
        "lag_max": "Lag max (ms)",
        "stall_max": "Longest stall of the event loop (ms)",
        "cpu_percent": "CPU (% of one processor)",
    },
)

TABLES = (TIMES, OUTCOMES, GENERATORS)


def operations(board: Board, row: Callable[[str, Tally], Row]) -> list[Row]:
    """One row for each operation, and one for all of them."""
    tallies = board.all_workers()
    rows = [row(operation.value, tally) for operation, tally in sorted(tallies.of.items())]
    return [*rows, row(TOTAL, tallies.total())] if rows else []


def rows_of(board: Board, states: Mapping[str, str], now_s: float) -> dict[Table, list[Row]]:
    """All of them. ``states``: of the generators that are connected, by name."""
    return {
        TIMES: operations(board, times_of),
        OUTCOMES: operations(board, outcomes_of),
        GENERATORS: generators(board, states, now_s),
    }


def generators(board: Board, states: Mapping[str, str], now_s: float) -> list[Row]:
    """One row for each generator that is connected or was heard in this test."""
    return [
        {"name": name, "state": states.get(name, NOT_CONNECTED), **_health_of(board.workers.get(name), now_s)}
        for name in sorted(board.workers.keys() | states.keys())
    ]


def times_of(name: str, tally: Tally) -> Row:
    return {
        "name": name,
        "arrivals": tally.arrivals,
        **_spread("response", tally.response),
        **_spread("service", tally.service),
        "lag_p99": quantile_ms(tally.lag, 0.99),
    }


def outcomes_of(name: str, tally: Tally) -> Row:
    counts: Row = {outcome.value: number for outcome, number in tally.outcomes.items()}
    return {"name": name, "arrivals": tally.arrivals, **counts}


def _health_of(heard: Heard | None, now_s: float) -> Row:
    if heard is None:
        return {key: None for key in GENERATORS.columns if key not in {"name", "state"}}
    total = heard.tallies.total()
    return {
        "heard_s_ago": round(now_s - heard.heard_s, 1),
        "arrivals": total.arrivals,
        "in_flight": heard.in_flight,
        "dropped": total.outcomes[Outcome.DROPPED],
        "lag_p50": quantile_ms(total.lag, 0.5),
        "lag_p99": quantile_ms(total.lag, 0.99),
        "lag_max": largest_ms(total.lag),
        "stall_max": _ms(heard.stall_ns_max),
        "cpu_percent": round(heard.cpu_percent, 1),
    }


def _spread(kind: str, histogram: Histogram) -> Row:
    quantiles: Row = {f"{kind}_{name}": quantile_ms(histogram, share) for name, share in _QUANTILES}
    return {**quantiles, f"{kind}_max": largest_ms(histogram)}


def quantile_ms(histogram: Histogram, share: float) -> float | None:
    quantile_ns = histogram.quantile_ns(share)
    return None if quantile_ns is None else _ms(quantile_ns)


def largest_ms(histogram: Histogram) -> float | None:
    return _ms(histogram.largest_ns) if histogram.total else None


def _ms(duration_ns: float) -> float:
    """To the microsecond below 10 ms, and to a hundredth above: more is not known of a quantile."""
    duration_ms = duration_ns / NS_PER_MS
    return round(duration_ms, 3 if duration_ms < 10 else 2)
