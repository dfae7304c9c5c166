"""What several workers say, as if one had said it. Pure: knows neither processes nor how they are heard."""

from collections import Counter
from collections.abc import Iterable, Sequence

from pydantic import BaseModel

from scenarios.traffic.windows import Step, Sweep, together


class Progress(BaseModel):
    """How far the traffic is. Quantiles are of what ended since the last report, None of nothing."""

    at_ns: int
    phase: str
    users: int
    """Of the step that goes on, over all workers."""
    in_flight: int
    scheduled: int
    outcomes: dict[str, int]
    response_ms_p50: float | None
    response_ms_p99: float | None
    lag_ms_p99: float | None


class LastWord(BaseModel):
    """What a generator says of the whole run when it ends."""

    scheduled: int
    outcomes: dict[str, int]
    steps: list[Step]

    @property
    def capacity_per_s(self) -> float | None:
        """What the last sweep found; None where nothing was served, or nothing swept."""
        return Sweep(self.steps).capacity_per_s(max((step.end_ns for step in self.steps), default=0)) or None


class Rounds:
    """The latest report of each worker, given as one when all have reported anew, or one has for the second time.

    So a worker that has fallen silent delays nothing: what it said last stands for it.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._latest: dict[int, Progress] = {}
        self._anew: set[int] = set()

    def take(self, worker: int, report: Progress) -> Progress | None:
        complete = worker in self._anew or len(self._anew | {worker}) == self._workers
        self._latest[worker] = report
        self._anew = set() if complete else self._anew | {worker}
        return progress_of_all(list(self._latest.values())) if complete else None

    def latest(self, worker: int) -> Progress | None:
        """What a worker said last, if it has said anything."""
        return self._latest.get(worker)


def progress_of_all(reports: Sequence[Progress]) -> Progress:
    """Counts are summed; of quantiles, which cannot be, the worst one is told."""
    furthest = max(reports, key=lambda report: report.at_ns)
    return Progress(
        at_ns=furthest.at_ns,
        phase=furthest.phase,
        users=furthest.users,
        in_flight=sum(report.in_flight for report in reports),
        scheduled=sum(report.scheduled for report in reports),
        outcomes=_summed(report.outcomes for report in reports),
        response_ms_p50=_worst(report.response_ms_p50 for report in reports),
        response_ms_p99=_worst(report.response_ms_p99 for report in reports),
        lag_ms_p99=_worst(report.lag_ms_p99 for report in reports),
    )


def last_word_of_all(words: Sequence[LastWord]) -> LastWord:
    return LastWord(
        scheduled=sum(word.scheduled for word in words),
        outcomes=_summed(word.outcomes for word in words),
        steps=together([word.steps for word in words]),
    )


def _summed(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    """By name, those of which there are none included."""
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total)


def _worst(figures: Iterable[float | None]) -> float | None:
    return max((figure for figure in figures if figure is not None), default=None)
