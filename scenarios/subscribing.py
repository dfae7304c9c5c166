"""The subscribers of a run, seen from it: a process beside the generators, told time zero, heard out at the end."""

from types import TracebackType
from typing import Self

from chaos.clock import RunClock
from chaos.guardian import Guardian
from scenarios.errors import InstrumentFailed, TargetUnavailable
from scenarios.model.feeds import Feeds
from scenarios.plan import ApiKey, Plan
from scenarios.processes import CONFIDENTIAL, RunProcess, pin, processor_shares
from scenarios.subscriber.plan import SubscriberPlan
from scenarios.targets import LiveTarget
from slo.history import RunFolder

NAME = "subscriber"
NS_PER_MS = 1_000_000
LAST_WORD_SECONDS_MAX = 60.0


class Subscribing:
    """Listens while the context lasts; where the scenario has no feeds, nothing is started and all calls do nothing.

    Entering raises TargetUnavailable where the venue's streams are not known or do not open.
    """

    def __init__(self, plan: Plan, live: LiveTarget, folder: RunFolder, guardian: Guardian) -> None:
        self._plan, self._live, self._folder, self._guardian = plan, live, folder, guardian
        self._process: RunProcess | None = None
        self._ended = False

    def __enter__(self) -> Self:
        feeds = self._plan.scenario.traffic.feeds
        if feeds is None:
            return self
        told = self._told(feeds).model_dump_json()  # it holds the account's secret
        self._process = RunProcess(
            NAME, "scenarios.subscriber", [CONFIDENTIAL], self._guardian, self._folder.logs, confidential=told
        )
        try:
            self._process.wait_until_ready()
            pin(self._process.pid, processor_shares(self._plan.workers)[0])  # never beside a generator
        except BaseException:
            self._process.terminate()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process is not None:
            self._process.terminate()

    def go(self, clock: RunClock) -> None:
        """Tell time zero."""
        if self._process is not None:
            self._process.tell({"epoch_monotonic_ns": clock.epoch_monotonic_ns})

    def gone(self) -> list[str]:
        """Its name, where the process ended although nobody asked it to."""
        lost = self._process is not None and not self._ended and self._process.exit_code() is not None
        return [NAME] if lost else []

    def end(self) -> None:
        """Ask it to end and wait until it has stored what it heard. Raises InstrumentFailed."""
        if self._process is None or self._ended:
            return
        self._ended = True
        self._process.ask_to_end()
        try:
            last_word = self._process.hear(LAST_WORD_SECONDS_MAX)
        except TimeoutError:
            last_word = None
        if last_word is None:
            message = f"the {NAME} of this run ended before its last word: {self._process.last_words()}"
            raise InstrumentFailed(message, part=NAME)

    def _told(self, feeds: Feeds) -> SubscriberPlan:
        if self._live.streams_url is None:
            raise TargetUnavailable("traffic.feeds needs a target whose streams are known, such as embedded")
        scenario, account = self._plan.scenario, self._live.accounts[0]
        return SubscriberPlan(
            base_url=self._live.base_url,
            streams_url=self._live.streams_url,
            streams=list(feeds.streams),
            subscribers=feeds.subscribers,
            symbols=list(scenario.traffic.symbols),
            user_data_of=ApiKey(key=account.key, secret=account.secret) if feeds.user_data else None,
            silence_ms=feeds.silence_ns / NS_PER_MS,
            seed=scenario.seed,
            feeds_dir=str(self._folder.feeds),
        )
