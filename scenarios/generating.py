"""The generator of a run, seen from the run: started, told time zero, followed to its last word."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from pydantic import BaseModel, JsonValue

from chaos.clock import RunClock
from chaos.guardian import Guardian
from scenarios.errors import GeneratorFailed
from scenarios.plan import ApiKey, Plan, generator_plan
from scenarios.processes import CONFIDENTIAL, RunProcess, pin, processor_shares
from scenarios.targets import LiveTarget
from slo.history import RunFolder

SILENCE_SECONDS_MAX = 60.0
"""After which the generator is taken for hung; while it runs it reports twice a second."""
LEAD_NS = 300_000_000
"""From the word "go" to time zero: time for every process to have heard it."""


class LastWord(BaseModel):
    """What the generator says of the whole run when it ends."""

    scheduled: int
    outcomes: dict[str, int]
    capacity_per_s: float | None


class Generating:
    """A generator that has learnt the market and waits for time zero. Leaving the context ends its process.

    Raises TargetUnavailable where the venue does not answer it.
    """

    def __init__(self, plan: Plan, live: LiveTarget, folder: RunFolder, run_token: str, guardian: Guardian) -> None:
        confidential = _told(plan, live, folder, run_token)  # it holds the account's secret
        self._process = RunProcess(
            "generator", "scenarios.generator", [CONFIDENTIAL], guardian, folder.logs, confidential=confidential
        )
        self._last_word: LastWord | None = None
        self.resolved_rates: dict[str, float] = {}
        """Phase -> arrivals a second, for rates that are a share of capacity."""

    def __enter__(self) -> Self:
        try:
            self._process.wait_until_ready()
            pin(self._process.pid, processor_shares()[1])
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def go(self) -> RunClock:
        """Name time zero, a moment from now, and give the clock that counts from it."""
        clock = RunClock(time.monotonic_ns() + LEAD_NS)
        self._process.tell({"epoch_monotonic_ns": clock.epoch_monotonic_ns})
        return clock

    def follow(self, progressed: Callable[[dict[str, JsonValue]], None]) -> LastWord:
        """Pass on every progress report until the last word, which is the same however often it is asked for.

        Raises GeneratorFailed when there is none.
        """
        if self._last_word is not None:
            return self._last_word
        while (message := self._hear()) is not None:
            match message.pop("event"):
                case "progress":
                    progressed(message)
                case "rate":
                    self.resolved_rates[str(message["phase"])] = float(str(message["rate_per_s"]))
                case "done":
                    self._last_word = LastWord.model_validate(message)
                    return self._last_word
        raise GeneratorFailed(f"the generator ended before its last word: {self._process.last_words()}")

    def end_now(self) -> LastWord:
        """Ask it to end; what is in flight gets its outcome, and all is stored."""
        self._process.ask_to_end()
        return self.follow(lambda _: None)

    def _hear(self) -> dict[str, JsonValue] | None:
        try:
            return self._process.hear(SILENCE_SECONDS_MAX)
        except TimeoutError as error:
            raise GeneratorFailed(f"the generator fell silent: {error}") from error

    def _end(self) -> None:
        self._process.terminate()


def _told(plan: Plan, live: LiveTarget, folder: RunFolder, run_token: str) -> str:
    told = generator_plan(
        plan,
        base_url=live.base_url,
        venue=live.record.venue,
        keys=[ApiKey(key=account.key, secret=account.secret) for account in live.accounts],
        samples_dir=str(folder.samples),
        run_token=run_token,
    )
    return told.model_dump_json()
