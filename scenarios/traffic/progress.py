"""What a watcher sees while the traffic runs: totals so far, and quantiles of what ended since it last looked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from scenarios.traffic.accounting import NEVER_NS, Flight
from slo.history import Outcome

NS_PER_MS = 1_000_000


@dataclass(slots=True)
class ProgressWindow:
    """Response times and lags of one interval; reading it begins the next."""

    _response_ns: list[int] = field(default_factory=list)
    _lag_ns: list[int] = field(default_factory=list)

    def add(self, flight: Flight, done_ns: int) -> None:
        if done_ns != NEVER_NS:
            self._response_ns.append(done_ns - flight.scheduled_ns)
        if flight.sent_ns != NEVER_NS:
            self._lag_ns.append(flight.sent_ns - flight.scheduled_ns)

    def read(self) -> dict[str, JsonValue]:
        response_ns, self._response_ns = sorted(self._response_ns), []
        lag_ns, self._lag_ns = sorted(self._lag_ns), []
        return {
            "response_ms_p50": quantile_ms(response_ns, 0.5),
            "response_ms_p99": quantile_ms(response_ns, 0.99),
            "lag_ms_p99": quantile_ms(lag_ns, 0.99),
        }


def quantile_ms(ordered_ns: Sequence[int], share: float) -> float | None:
    """The smallest value that at least ``share`` of all do not exceed, in milliseconds; None of nothing."""
    if not ordered_ns:
        return None
    rank = max(0, -int(-share * len(ordered_ns) // 1) - 1)
    return ordered_ns[rank] / NS_PER_MS


def named(outcomes: Mapping[Outcome, int]) -> dict[str, JsonValue]:
    """Counts by the outcome's name, as they are printed."""
    return {outcome.value: number for outcome, number in outcomes.items()}
