"""Finished arrivals in a few numbers: for each operation its outcomes, and how response, service and lag are spread.

Tallies of several workers add up to the tally of all, so quantiles are those of all arrivals, not means of quantiles.
Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypedDict

import numpy as np

from scenarios.locust_ui.histogram import Histogram, Nanoseconds, PackedHistogram
from scenarios.traffic.accounting import NEVER_NS, OPERATIONS_IN_ORDER, OUTCOMES_IN_ORDER, Columns
from slo.history import Operation, Outcome


class PackedTally(TypedDict):
    """A tally as a message carries it."""

    outcomes: dict[str, int]
    response: PackedHistogram
    service: PackedHistogram
    lag: PackedHistogram


@dataclass(slots=True, eq=False)
class Tally:
    """``response``: done since scheduled. ``service``: done since sent. ``lag``: sent since scheduled."""

    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    response: Histogram = field(default_factory=Histogram)
    service: Histogram = field(default_factory=Histogram)
    lag: Histogram = field(default_factory=Histogram)

    @property
    def arrivals(self) -> int:
        return sum(self.outcomes.values())

    def add(self, outcomes: Nanoseconds, scheduled_ns: Nanoseconds, sent_ns: Nanoseconds, done_ns: Nanoseconds) -> None:
        """One element of each array for one arrival; ``outcomes`` are places in OUTCOMES_IN_ORDER."""
        for outcome, number in zip(OUTCOMES_IN_ORDER, np.bincount(outcomes, minlength=len(Outcome)), strict=True):
            self.outcomes[outcome] += int(number)
        sent, done = sent_ns != NEVER_NS, done_ns != NEVER_NS
        self.response.add((done_ns - scheduled_ns)[done])
        self.service.add((done_ns - sent_ns)[done & sent])
        self.lag.add((sent_ns - scheduled_ns)[sent])

    def merge(self, other: "Tally") -> None:
        for outcome, number in other.outcomes.items():
            self.outcomes[outcome] += number
        self.response.merge(other.response)
        self.service.merge(other.service)
        self.lag.merge(other.lag)

    def packed(self) -> PackedTally:
        return {
            "outcomes": {outcome.value: number for outcome, number in self.outcomes.items() if number},
            "response": self.response.packed(),
            "service": self.service.packed(),
            "lag": self.lag.packed(),
        }

    @classmethod
    def unpacked(cls, packed: PackedTally) -> "Tally":
        tally = cls(
            response=Histogram.unpacked(packed["response"]),
            service=Histogram.unpacked(packed["service"]),
            lag=Histogram.unpacked(packed["lag"]),
        )
        tally.outcomes.update({Outcome(name): number for name, number in packed["outcomes"].items()})
        return tally


@dataclass(slots=True, eq=False)
class Tallies:
    """By operation; one that nobody asked for has none."""

    of: dict[Operation, Tally] = field(default_factory=dict)

    def add(self, columns: Columns) -> None:
        operations = np.asarray(columns.operation, dtype=np.int64)
        numbers = [
            np.asarray(column, dtype=np.int64)
            for column in (columns.outcome, columns.scheduled_ns, columns.sent_ns, columns.done_ns)
        ]
        for place in np.unique(operations).tolist():
            chosen = operations == place
            outcomes, scheduled_ns, sent_ns, done_ns = (column[chosen] for column in numbers)
            self._of(OPERATIONS_IN_ORDER[place]).add(outcomes, scheduled_ns, sent_ns, done_ns)

    def merge(self, other: "Tallies") -> None:
        for operation, tally in other.of.items():
            self._of(operation).merge(tally)

    def total(self) -> Tally:
        """Of all operations."""
        total = Tally()
        for tally in self.of.values():
            total.merge(tally)
        return total

    def packed(self) -> dict[str, PackedTally]:
        return {operation.value: tally.packed() for operation, tally in self.of.items()}

    @classmethod
    def unpacked(cls, packed: Mapping[str, PackedTally]) -> "Tallies":
        return cls({Operation(name): Tally.unpacked(tally) for name, tally in packed.items()})

    def _of(self, operation: Operation) -> Tally:
        return self.of.setdefault(operation, Tally())


def together(of_workers: Iterable[Tallies]) -> Tallies:
    """As if one worker had counted everything."""
    all_of_them = Tallies()
    for tallies in of_workers:
        all_of_them.merge(tallies)
    return all_of_them
