"""A worker's side: joins a run, starts the generator that it is told of, passes on what both say and store."""

import os
import platform
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import zmq
from pydantic import BaseModel, JsonValue, ValidationError

from chaos.guardian import Guardian
from scenarios.errors import InvalidTarget, RunFailed, RunInterrupted, TargetUnavailable
from scenarios.hosts.consent import Consent
from scenarios.hosts.crew import start_generator
from scenarios.hosts.identity import loopback_identity
from scenarios.hosts.keys import JoinKeys
from scenarios.hosts.outgoing import Outgoing
from scenarios.hosts.socket import REFUSED, Line, connecting
from scenarios.hosts.words import (
    TO_WORKER,
    Alive,
    AskClock,
    Begin,
    Clock,
    End,
    Gone,
    Join,
    Leave,
    Piece,
    Said,
    Tell,
    TurnedAway,
    Welcome,
    Whole,
)
from scenarios.plan import GeneratorPlan
from scenarios.processes import RunProcess, those_heard
from scenarios.signals import OneInterrupt
from slo.history import RunFolder

ALIVE_SECONDS = 1.0
SHIP_SECONDS = 0.25
"""As often as a run that is watched looks at what was stored."""


@dataclass(frozen=True, slots=True)
class Joining:
    """Which run to join, and on which terms."""

    master: str
    """``HOST:PORT``."""
    keys: JoinKeys = field(repr=False)
    consent: Consent
    within_s: float
    """How long to look for the run."""
    version: str


def work(joining: Joining, report: Callable[[str], None]) -> None:
    """Be a worker of one run until it has ended. ``report`` is told what goes on, a line each.

    Raises TargetUnavailable, InvalidTarget where the run's target may not be loaded from here, RunFailed, and
    RunInterrupted after a signal. Whichever it is, the generator has ended.
    """
    with (
        OneInterrupt(),
        tempfile.TemporaryDirectory(prefix="brownout-worker-") as path,
        Guardian() as guardian,
        connecting(joining.master, joining.keys) as line,
    ):
        worker = _Worker(joining, line, RunFolder(Path(path)), guardian, report)
        try:
            worker.run()
        except KeyboardInterrupt as interrupted:
            worker.give_up("was interrupted on its host")
            raise RunInterrupted("interrupted; a run that it had joined has been told") from interrupted
        except zmq.Again as full:
            raise RunFailed(f"the run at {joining.master} takes nothing any more") from full
        finally:
            worker.end_generator()


class _Worker:
    def __init__(
        self, joining: Joining, line: Line, folder: RunFolder, guardian: Guardian, report: Callable[[str], None]
    ) -> None:
        self._joining, self._line, self._folder = joining, line, folder
        self._guardian, self._report = guardian, report
        self._seq = 0
        self._number: int | None = None
        self._generator: RunProcess | None = None
        self._outgoing: Outgoing | None = None
        self._over = False
        self._alive_s = self._shipped_s = 0.0

    def run(self) -> None:
        give_up_s = time.monotonic() + self._joining.within_s
        while not self._over:
            self._line.wait(SHIP_SECONDS, *([self._generator.output.fileno()] if self._generator else []))
            happened = self._line.happened()  # before what was said: a last word comes before the connection ends
            for document in self._line.documents():
                self._hear(document, time.monotonic_ns())
            if not self._over:
                self._look_at_connection(happened)
                self._hear_generator()
                self._do_what_is_due(time.monotonic())
            if self._number is None and time.monotonic() >= give_up_s and not self._over:
                raise TargetUnavailable(
                    f"--master: no run at {self._joining.master} within {self._joining.within_s:g} s"
                )

    def give_up(self, why: str) -> None:
        """Tell the run that there will be no last word."""
        if self._number is not None:
            self._line.say_at_once(Gone(why=why, seq=self._seq))
            self._seq += 1

    def end_generator(self) -> None:
        if self._generator is not None:
            generator, self._generator = self._generator, None
            generator.terminate()

    def _hear(self, document: bytes, got_ns: int) -> None:
        try:
            word = TO_WORKER.validate_json(document)
        except ValidationError as error:
            raise RunFailed(f"the run at {self._joining.master} is of another version of brownout") from error
        match word:
            case AskClock():
                self._say(Clock(asked_ns=word.asked_ns, got_ns=got_ns, answered_ns=time.monotonic_ns()))
            case Welcome():
                self._number = word.number
                self._report(f"joined the run at {self._joining.master} as worker {word.number}")
            case TurnedAway():
                raise TargetUnavailable(
                    f"--master: the run at {self._joining.master} turned this worker away: it {word.why}"
                )
            case Begin():
                self._begin(word)
            case Tell() if self._generator is not None:
                self._generator.tell(word.message)
            case End() if self._generator is not None:
                self._generator.ask_to_end()
            case Leave():
                self._leave(word.why)

    def _begin(self, begin: Begin) -> None:
        try:
            plan = GeneratorPlan.model_validate_json(begin.plan)
            self._joining.consent.check(plan.base_url)
        except (ValidationError, InvalidTarget) as error:
            why = str(error) if isinstance(error, InvalidTarget) else "it does not understand the plan"
            self.give_up(why)
            raise error if isinstance(error, InvalidTarget) else RunFailed(why) from error
        here = {"samples_dir": str(self._folder.samples), "health_file": str(self._folder.health_of(plan.worker))}
        own = plan.model_copy(update=here)
        self._generator = start_generator(begin.name, own, self._guardian, self._folder.logs)
        self._outgoing = Outgoing(self._folder, plan.worker, begin.name, self._ship)
        self._report(f"{begin.name} drives {plan.base_url}")

    def _hear_generator(self) -> None:
        while self._generator is not None and those_heard([self._generator], 0):
            try:
                message = self._generator.hear(0)
            except TimeoutError:  # half a line: the rest will be heard of
                return
            if message is None:
                self._lose_generator(self._generator)
            elif message.get("event") == "done":
                self._finish(message)
            else:
                self._say(Said(message=message))

    def _lose_generator(self, generator: RunProcess) -> None:
        why = generator.last_words()
        self.end_generator()
        if self._outgoing is not None:
            self._outgoing.ship_new()
        self.give_up(why)
        raise RunFailed(f"{generator.name} ended before its last word: {why}")

    def _finish(self, last_word: dict[str, JsonValue]) -> None:
        """All that was stored goes before the last word."""
        self.end_generator()
        if self._outgoing is not None:
            self._outgoing.ship_rest()
            self._outgoing = None
        self._say(Said(message=last_word))
        self._report("the traffic has ended, and all that was stored is shipped")

    def _leave(self, why: str) -> None:
        self._over = True
        if why:
            raise RunFailed(f"the run at {self._joining.master} sent this worker away: {why}")
        self._report("the run has ended")

    def _look_at_connection(self, happened: Sequence[zmq.Event]) -> None:
        for event in happened:
            if event == zmq.Event.HANDSHAKE_SUCCEEDED and self._number is None:
                self._join()
            elif event in REFUSED and self._number is None:
                why = "another BROWNOUT_JOIN_KEY, or a forwarded port with no run behind it yet"
                raise TargetUnavailable(f"--master: {self._joining.master} ended the handshake: {why}")
            elif event == zmq.Event.DISCONNECTED and self._number is not None:
                raise RunFailed(f"the connection to the run at {self._joining.master} is lost")

    def _join(self) -> None:
        self._seq = 0  # of each connection: the run knows of no other
        self._say(
            Join(
                version=self._joining.version,
                host=platform.node(),
                loopback=loopback_identity(),
                processors=os.cpu_count() or 0,
            )
        )

    def _do_what_is_due(self, now_s: float) -> None:
        if self._outgoing is not None and now_s - self._shipped_s >= SHIP_SECONDS:
            self._outgoing.ship_new()
            self._shipped_s = now_s
        if self._number is not None and now_s - self._alive_s >= ALIVE_SECONDS:
            self._say(Alive())

    def _ship(self, word: Piece | Whole, content: bytes) -> None:
        self._say(word, content)

    def _say(self, word: BaseModel, content: bytes = b"") -> None:
        self._line.say(word.model_copy(update={"seq": self._seq}), content)
        self._seq += 1
        self._alive_s = time.monotonic()
