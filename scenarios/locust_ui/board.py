"""What every worker has said in this test, put together, with when it was last heard. Pure: the time is an argument."""

from dataclasses import dataclass, field

from scenarios.locust_ui.recorder import Report
from scenarios.locust_ui.tallies import Tallies, together


@dataclass(slots=True)
class Heard:
    """A worker's reports together: what it counted in all, what it last said of now, and when that was."""

    heard_s: float
    tallies: Tallies = field(default_factory=Tallies)
    in_flight: int = 0
    cpu_percent: float = 0.0
    stall_ns_max: int = 0


@dataclass(slots=True)
class Board:
    """Workers by name, in the order in which they were first heard."""

    workers: dict[str, Heard] = field(default_factory=dict)

    def hear(self, worker: str, report: Report, now_s: float) -> None:
        heard = self.workers.setdefault(worker, Heard(now_s))
        heard.heard_s = now_s
        heard.tallies.merge(report.tallies)
        heard.in_flight, heard.cpu_percent = report.in_flight, report.cpu_percent
        heard.stall_ns_max = max(heard.stall_ns_max, report.stall_ns_max)

    def forget(self) -> None:
        """Begin anew."""
        self.workers.clear()

    def all_workers(self) -> Tallies:
        return together(heard.tallies for heard in self.workers.values())
