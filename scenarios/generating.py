"""The generators of a run, seen from the run: started, told time zero, followed to their last words, as if one.

A generator that ends or falls silent is a loss that is told at once; the others can still be asked to end.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import NoReturn, Self

from pydantic import JsonValue, TypeAdapter

from chaos.clock import RunClock
from chaos.guardian import Guardian
from scenarios.agreement import Agreement
from scenarios.errors import GeneratorFailed
from scenarios.plan import ApiKey, Plan, generator_plan
from scenarios.processes import CONFIDENTIAL, RunProcess, pin, processor_shares, those_heard
from scenarios.targets import LiveTarget
from scenarios.traffic.merging import LastWord, Progress, Rounds, last_word_of_all
from scenarios.traffic.windows import Step
from slo.history import RunFolder

NS_PER_S = 1_000_000_000
SILENCE_SECONDS_MAX = 60.0
"""After which a generator is taken for hung; while it runs it reports twice a second."""
LEAD_NS = 300_000_000
"""From the word "go" to time zero: time for every process to have heard it."""
STEPS = TypeAdapter(list[Step])


@dataclass(slots=True, eq=False)
class _Worker:
    number: int
    process: RunProcess
    heard_s: float = field(default_factory=time.monotonic)
    last_word: LastWord | None = None


class Generating:
    """Generators that have learnt the market and wait for time zero. Leaving the context ends their processes.

    Raises TargetUnavailable where the venue does not answer one of them.
    """

    def __init__(self, plan: Plan, live: LiveTarget, folder: RunFolder, run_token: str, guardian: Guardian) -> None:
        self._plan, self._live, self._folder = plan, live, folder
        self._run_token, self._guardian = run_token, guardian
        self._agreement = Agreement(plan.phases, plan.workers)
        self._rounds = Rounds(plan.workers)
        self._clock = RunClock(0)
        self._workers: list[_Worker] = []
        self._lost: list[GeneratorFailed] = []

    def __enter__(self) -> Self:
        try:
            for number in range(self._plan.workers):
                self._workers.append(_Worker(number, self._started(number)))
            shares = processor_shares(self._plan.workers)[1]
            for worker, processors in zip(self._workers, shares, strict=True):
                worker.process.wait_until_ready()
                pin(worker.process.pid, processors)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    @property
    def resolved_rates(self) -> dict[str, float]:
        """Phase -> arrivals a second, for rates that are a share of capacity."""
        return self._agreement.rates

    def go(self) -> RunClock:
        """Name time zero, a moment from now, and give the clock that counts from it."""
        self._clock = RunClock(time.monotonic_ns() + LEAD_NS)
        for worker in self._workers:
            worker.heard_s = time.monotonic()
            worker.process.tell({"epoch_monotonic_ns": self._clock.epoch_monotonic_ns})
        return self._clock

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
            worker.process.ask_to_end()
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
        heard = those_heard([worker.process for worker in speaking], patience_s)
        now_s = time.monotonic()
        for worker in speaking:
            if worker.process in heard:
                worker.heard_s = now_s
            elif now_s - worker.heard_s >= SILENCE_SECONDS_MAX:
                self._lose(worker, f"has been silent for {SILENCE_SECONDS_MAX:g} s")
        return [worker for worker in speaking if worker.process in heard]

    def _listen(self, worker: _Worker, progressed: Callable[[dict[str, JsonValue]], None]) -> None:
        try:
            message = worker.process.hear(0)
        except TimeoutError:  # half a line: the rest will be heard of
            return
        if message is None:
            self._lose(worker, f"ended before its last word: {worker.process.last_words()}")
        match message.pop("event"):
            case "progress":
                of_all = self._rounds.take(worker.number, Progress.model_validate(message))
                if of_all is not None:
                    progressed(of_all.model_dump())
            case "counted":
                self._agree(str(message["phase"]), worker.number, STEPS.validate_python(message["steps"]))
            case "done":
                worker.last_word = LastWord.model_validate(message)

    def _agree(self, phase: str, worker: int, steps: list[Step]) -> None:
        agreed = self._agreement.counted(phase, worker, steps)
        if agreed is not None:
            for each in self._workers:
                each.process.tell(asdict(agreed))

    def _lose(self, worker: _Worker, how: str) -> NoReturn:
        """Its process is ended first: what it might still write must not come after the samples were put together."""
        at_s = self._clock.now_ns() / NS_PER_S
        worker.process.terminate()
        self._workers.remove(worker)
        latest = self._rounds.latest(worker.number)
        so_far = f"{latest.scheduled:,} arrivals" if latest else "no arrival"
        message = f"{worker.process.name} {how} (at {at_s:.1f} s; it had told of {so_far})"
        self._lost.append(GeneratorFailed(message, part=worker.process.name))
        raise self._lost[-1]

    def _started(self, number: int) -> RunProcess:
        name = "generator" if self._plan.workers == 1 else f"generator-{number}"
        return RunProcess(
            name,
            "scenarios.generator",
            [CONFIDENTIAL],
            self._guardian,
            self._folder.logs,
            confidential=self._told(number),  # it holds the account's secret
        )

    def _told(self, number: int) -> str:
        told = generator_plan(
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
        return told.model_dump_json()

    def _end(self) -> None:
        for worker in self._workers:
            worker.process.ask_to_end()
        for worker in self._workers:
            worker.process.terminate()
