"""What a node that has users says of its traffic: what ended since it last said so, and how the node itself does.

Arrivals come as the columns that the books hand on, so that counting costs nothing while they are served.
"""

from dataclasses import dataclass, field
from typing import TypedDict

from scenarios.locust_ui.tallies import PackedTally, Tallies
from scenarios.stalls import StallWatch
from scenarios.traffic.accounting import Accounting, Columns


class PackedReport(TypedDict):
    """A report as a message carries it."""

    tallies: dict[str, PackedTally]
    in_flight: int
    cpu_percent: float
    stall_ns_max: int


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """``tallies`` and ``stall_ns_max`` are of the time since the last report. ``cpu_percent``: 100 is one processor."""

    tallies: Tallies
    in_flight: int
    cpu_percent: float
    stall_ns_max: int

    def packed(self) -> PackedReport:
        return {
            "tallies": self.tallies.packed(),
            "in_flight": self.in_flight,
            "cpu_percent": self.cpu_percent,
            "stall_ns_max": self.stall_ns_max,
        }

    @classmethod
    def unpacked(cls, packed: PackedReport) -> "Report":
        return cls(
            Tallies.unpacked(packed["tallies"]), packed["in_flight"], packed["cpu_percent"], packed["stall_ns_max"]
        )


@dataclass(slots=True)
class Recorder:
    """One for each process, over all of its tests."""

    stalls: StallWatch
    _tallies: Tallies = field(default_factory=Tallies)
    _accounting: Accounting | None = None

    def begin(self) -> Accounting:
        """Books for a new test, and nothing of the last one."""
        self._tallies = Tallies()
        self._accounting = Accounting(self._add)
        self.stalls.begin()
        return self._accounting

    def end(self) -> None:
        """What is idle from now on is not watched."""
        self.stalls.end()

    def take(self, cpu_percent: float) -> Report:
        """Everything since it was last taken."""
        if self._accounting is not None:
            self._accounting.flush()
        taken, self._tallies = self._tallies, Tallies()
        in_flight = 0 if self._accounting is None else self._accounting.in_flight
        return Report(taken, in_flight, cpu_percent, self.stalls.take().longest_ns)

    def _add(self, columns: Columns) -> None:
        self._tallies.add(columns)
