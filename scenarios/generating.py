"""The generators of a run, seen from the run: started, told time zero, followed to their last words, as if one.

A generator that ends or falls silent is a loss that is told at once; the others can still be asked to end.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import NoReturn, Self

from pydantic import BaseModel, JsonValue, ValidationError

from chaos.clock import RunClock
from scenarios.agreement import Agreement
from scenarios.errors import GeneratorFailed
from scenarios.hosts.crew import Crew, Reached
from scenarios.plan import ApiKey, GeneratorPlan, Plan, generator_plan
from scenarios.targets import LiveTarget
from scenarios.traffic.merging import LastWord, Progress, Rounds, last_word_of_all
from scenarios.traffic.windows import Step
from slo.history import JoinedWorker, RunFolder

NS_PER_S = 1_000_000_000
SILENCE_SECONDS_MAX = 60.0
"""After which a generator is taken for hung; while it runs it reports twice a second."""
LEAD_NS = 300_000_000
"""From the word "go" to time zero: time for every process to have heard it."""


class Counted(BaseModel):
    """What a worker counted in its closed steps before an open phase whose rate follows from them."""

    phase: str
    steps: list[Step]


SAID: dict[str, type[Progress | Counted | LastWord]] = {"progress": Progress, "counted": Counted, "done": LastWord}
"""Event -> what a generator says with it."""


@dataclass(slots=True, eq=False)
class _Worker:
    number: int
    generator: Reached
    heard_s: float = field(default_factory=time.monotonic)
    last_word: LastWord | None = None


class Generating:
    """Generators that have learnt the market and wait for time zero. Leaving the context ends their processes.

    Raises TargetUnavailable where the venue does not answer one of them.
    """

    def __init__(self, plan: Plan, live: LiveTarget, folder: RunFolder, run_token: str, crew: Crew) -> None:
        self._plan, self._live, self._folder = plan, live, folder
        self._run_token, self._crew = run_token, crew
        self._agreement = Agreement(plan.phases, plan.workers)
        self._rounds = Rounds(plan.workers)
        self._clock = RunClock(0)
        self._workers: list[_Worker] = []
        self._lost: list[GeneratorFailed] = []

    def __enter__(self) -> Self:
        try:
            generators = self._crew.start([self._told(number) for number in range(self._plan.workers)])
        except BaseException:
            self._crew.end()
            raise
        self._workers = [_Worker(number, generator) for number, generator in enumerate(generators)]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._crew.end()

    @property
    def resolved_rates(self) -> dict[str, float]:
        """Phase -> arrivals a second, for rates that are a share of capacity."""
        return self._agreement.rates

    def go(self) -> RunClock:
        """Name time zero, a moment from now, and give the clock that counts from it."""
        self._clock = RunClock(time.monotonic_ns() + LEAD_NS)
        self._crew.go(self._clock)
        for worker in self._workers:
            worker.heard_s = time.monotonic()
        return self._clock

    def joined(self) -> list[JoinedWorker]:
        """Those from other hosts, once all have said their last words."""
        return self._crew.joined()

    def follow(self, progressed: Callable[[dict[str, JsonValue]], None]) -> LastWord:
        """Pass on how far all are until their last words, which are the same however often they are asked for.

        Raises GeneratorFailed as soon as one of them will have none.
        """
        while speaking := [worker for worker in self._workers if worker.last_word is None]:
            for worker in self._heard(speaking):
                self._listen(worker, progressed)
        if self._lost:
            raise self._lost[0]
        return last_word_of_all([worker.last_word for worker in self._workers if worker.last_word is not None])

    def end_now(self) -> LastWord:
        """Ask all that are left to end; what is in flight gets its outcome, and all is stored."""
        for worker in self._workers:
            worker.generator.ask_to_end()
        while True:
            known = len(self._lost)
            try:
                return self.follow(lambda _: None)
            except GeneratorFailed:
                if len(self._lost) == known:  # no further one: the rest has ended well
                    raise

    def _heard(self, speaking: list[_Worker]) -> list[_Worker]:
        """Whoever has something to say. Raises GeneratorFailed for one that has been silent for too long."""
        patience_s = min(worker.heard_s for worker in speaking) + SILENCE_SECONDS_MAX - time.monotonic()
        heard = self._crew.heard([worker.generator for worker in speaking], patience_s)
        now_s = time.monotonic()
        for worker in speaking:
            if worker.generator in heard:
                worker.heard_s = now_s
            elif now_s - worker.heard_s >= SILENCE_SECONDS_MAX:
                self._lose(worker, f"has been silent for {SILENCE_SECONDS_MAX:g} s")
        return [worker for worker in speaking if worker.generator in heard]

    def _listen(self, worker: _Worker, progressed: Callable[[dict[str, JsonValue]], None]) -> None:
        try:
            message = worker.generator.hear(0)
        except TimeoutError:  # half a line: the rest will be heard of
            return
        if message is None:
            self._lose(worker, f"ended before its last word: {worker.generator.last_words()}")
        match self._understood(worker, message):
            case Progress() as progress:
                of_all = self._rounds.take(worker.number, progress)
                if of_all is not None:
                    progressed(of_all.model_dump())
            case Counted(phase=phase, steps=steps):
                self._agree(phase, worker.number, steps)
            case LastWord() as last_word:
                worker.last_word = last_word

    def _understood(self, worker: _Worker, message: dict[str, JsonValue]) -> Progress | Counted | LastWord:
        """Typed here, as it may come from another host: what makes no sense loses its sender, and nobody else."""
        event = str(message.pop("event", None))
        try:
            said = SAID[event].model_validate(message)
        except (KeyError, ValidationError):
            self._lose(worker, f"said {event!r} with what makes no sense")
        if isinstance(said, Counted) and not self._agreement.awaits(said.phase):
            self._lose(worker, f"counted for {said.phase!r}, a phase whose rate does not follow from it")
        return said

    def _agree(self, phase: str, worker: int, steps: list[Step]) -> None:
        agreed = self._agreement.counted(phase, worker, steps)
        if agreed is not None:
            for each in self._workers:
                each.generator.tell(asdict(agreed))

    def _lose(self, worker: _Worker, how: str) -> NoReturn:
        """Its process is ended first: what it might still write must not come after the samples were put together."""
        at_s = self._clock.now_ns() / NS_PER_S
        worker.generator.terminate()
        self._workers.remove(worker)
        latest = self._rounds.latest(worker.number)
        so_far = f"{latest.scheduled:,} arrivals" if latest else "no arrival"
        message = f"{worker.generator.name} {how} (at {at_s:.1f} s; it had told of {so_far})"
        self._lost.append(GeneratorFailed(message, part=worker.generator.name))
        raise self._lost[-1]

    def _told(self, number: int) -> GeneratorPlan:
        return generator_plan(
            self._plan,
            base_url=self._live.base_url,
            host=self._live.host,
            profile=self._live.venue,
            venue=self._live.record.venue,
            keys=[ApiKey(key=account.key, secret=account.secret) for account in self._live.accounts],
            folder=self._folder,
            run_token=self._run_token,
            worker=number,
        )
