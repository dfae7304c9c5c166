"""Closed phases: who takes part in which step, and what throughput each step reached. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

NS_PER_SECOND = 1_000_000_000


@dataclass(slots=True)
class Step:
    """``users`` users in ``[start_ns, end_ns)``, and the answers that came in it, whenever they were asked for."""

    phase: str
    users: int
    start_ns: int
    end_ns: int
    answers: int = 0
    first_ns: int = 0
    last_ns: int = 0

    def answered(self, done_ns: int) -> None:
        """Count an answer of the venue if it came in this step."""
        if self.start_ns <= done_ns < self.end_ns:
            self.first_ns = self.first_ns if self.answers else done_ns
            self.last_ns = done_ns
            self.answers += 1

    @property
    def throughput_per_s(self) -> float:
        """Answers a second between the first and the last one; 0 where there are too few to say."""
        busy_ns = self.last_ns - self.first_ns
        return (self.answers - 1) * NS_PER_SECOND / busy_ns if busy_ns > 0 else 0.0


def together(of_workers: Sequence[Sequence[Step]]) -> list[Step]:
    """The same steps as several workers counted them, as one: answers summed, between the first and the last of all."""
    return [_as_one(same) for same in zip(*of_workers, strict=True)]


def _as_one(same: Sequence[Step]) -> Step:
    answered = [step for step in same if step.answers]
    return replace(
        same[0],
        answers=sum(step.answers for step in answered),
        first_ns=min((step.first_ns for step in answered), default=0),
        last_ns=max((step.last_ns for step in answered), default=0),
    )


class Sweep:
    """The steps of all closed phases, in order of time."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = tuple(sorted(steps, key=lambda step: step.start_ns))
        self._current = 0

    @property
    def users_max(self) -> int:
        return max((step.users for step in self.steps), default=0)

    def answered(self, done_ns: int) -> None:
        """Count an answer in the step that it came in, if any. Answers are told in order of time."""
        while self._current < len(self.steps) and done_ns >= self.steps[self._current].end_ns:
            self._current += 1
        if self._current < len(self.steps):
            self.steps[self._current].answered(done_ns)

    def of_user(self, slot: int) -> Iterator[Step]:
        """The steps that the user with this number (from 0) takes part in: those with more users than that."""
        return (step for step in self.steps if step.users > slot)

    def at(self, at_ns: int) -> Step | None:
        """The step in whose stretch a moment lies."""
        return next((step for step in self.steps if step.start_ns <= at_ns < step.end_ns), None)

    def capacity_per_s(self, before_ns: int) -> float:
        """The peak throughput of the last closed phase that ended before a moment; 0 where nothing was served."""
        ended = [step for step in self.steps if step.end_ns <= before_ns]
        return max((step.throughput_per_s for step in ended if step.phase == ended[-1].phase), default=0.0)
