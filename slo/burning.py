"""How fast an error budget burns while a run still goes, for whoever has to stop it in time. Pure.

The burn rate over a window is the share of bad events in it as a multiple of the share that the target allows (Site
Reliability Workbook, chapter 5: at 1 the budget lasts exactly its period). A window holds the events whose outcome
became known in it. An arrival still in flight is bad from when even a good answer would come too late for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import polars as pl

from slo.history import PhaseRecord, with_derived_columns
from slo.objectives import Objective
from slo.objectives.counting import grouped_events

EVENTS_MIN = 10
"""A window of fewer says nothing: one bad event of two is no trend."""

_Times = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Burning:
    """A limit that was reached: by ``objective`` (with its group) at ``since_ns``, by the events of the window then."""

    objective: str
    since_ns: int
    """When the outcome became known that made it so, ns since the run's start."""
    bad: int
    total: int
    burn_rate: float


@dataclass(slots=True)
class _Window:
    """The last events of one objective and group, in order of when their outcome became known."""

    known_ns: _Times = field(default_factory=lambda: np.empty(0, np.int64))
    is_bad: _Flags = field(default_factory=lambda: np.empty(0, np.bool_))
    whole_since_ns: int = 0
    """From then on none is missing."""
    bad_arrivals: set[int] = field(default_factory=set)
    """Each is counted once, whether it is met in flight first or ended."""

    def take(self, events: pl.DataFrame) -> None:
        """Columns ``arrival``, ``known_ns``, ``good`` and ``in_flight``, what has ended first."""
        fresh = events.filter(~pl.col("arrival").is_in(list(self.bad_arrivals))).unique("arrival", keep="first")
        counts = fresh.filter(~(pl.col("in_flight") & pl.col("good")))
        self._add(counts["known_ns"].to_numpy(), ~counts["good"].to_numpy())
        self.bad_arrivals.update(counts.filter(~pl.col("good"))["arrival"])

    def _add(self, known_ns: _Times, is_bad: _Flags) -> None:
        known_ns, is_bad = np.concatenate([self.known_ns, known_ns]), np.concatenate([self.is_bad, is_bad])
        order = np.argsort(known_ns, kind="stable")
        self.known_ns, self.is_bad = known_ns[order], is_bad[order]

    def first_beyond(self, bad_share: float, over_ns: int) -> tuple[int, int, int] | None:
        """When, bad and total, of the first full window with at least that share of bad events."""
        known_ns = self.known_ns
        first = np.searchsorted(known_ns, known_ns - over_ns, side="right")
        end = np.searchsorted(known_ns, known_ns, side="right")
        bad_before = np.concatenate([[0], np.cumsum(self.is_bad)])
        bad, total = bad_before[end] - bad_before[first], end - first
        beyond = (known_ns - over_ns >= self.whole_since_ns) & (total >= EVENTS_MIN) & (bad >= bad_share * total)
        if not beyond.any():
            return None
        at = int(np.argmax(beyond))
        return int(known_ns[at]), int(bad[at]), int(total[at])

    def forget_before(self, since_ns: int) -> None:
        kept = self.known_ns > since_ns
        self.known_ns, self.is_bad = self.known_ns[kept], self.is_bad[kept]
        self.whole_since_ns = max(self.whole_since_ns, since_ns)


class BurnWatch:
    """Is fed what has come to an end, and says when an objective's budget has burnt so fast for so long."""

    def __init__(
        self, objectives: Sequence[Objective], burn_rate: Decimal, over_ns: int, phases: Sequence[PhaseRecord]
    ) -> None:
        self._objectives = tuple(objectives)
        self._burn_rate = burn_rate
        self._over_ns = over_ns
        self._phases = tuple(phases)
        self._windows: dict[str, _Window] = {}

    def take(self, ended: pl.DataFrame, in_flight: pl.DataFrame, now_ns: int) -> Burning | None:
        """The earliest limit reached by samples that ``ended`` since the last call, or are ``in_flight`` still.

        Those in flight as if they were answered well at this moment. One that ended without an answer, or before it
        was sent, became known at ``now_ns``.
        """
        frames = [
            ended.with_columns(in_flight=pl.lit(value=False)),
            in_flight.with_columns(in_flight=pl.lit(value=True)),
        ]
        samples = with_derived_columns(pl.concat(frames), self._phases)
        known = samples.with_columns(known_ns=pl.col("done_ns").fill_null(now_ns))
        found = [burning for objective in self._objectives for burning in self._look(objective, known)]
        return min(found, key=lambda burning: burning.since_ns, default=None)

    def _look(self, objective: Objective, samples: pl.DataFrame) -> Iterator[Burning]:
        allowed_share = 1 - objective.target
        for group, events in grouped_events(objective.indicator, samples, "arrival", "known_ns", "in_flight"):
            name = objective.name if group is None else f"{objective.name} ({group})"
            window = self._windows.setdefault(name, _Window())
            window.take(events)
            reached = window.first_beyond(float(self._burn_rate * allowed_share), self._over_ns)
            if window.known_ns.size:
                window.forget_before(int(window.known_ns[-1]) - self._over_ns)
            if reached is not None:
                since_ns, bad, total = reached
                yield Burning(name, since_ns, bad, total, round(bad / total / float(allowed_share), 1))
