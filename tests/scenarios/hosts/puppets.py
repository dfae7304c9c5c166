"""Workers that speak the protocol over real sockets and otherwise do what a test wants of them."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import BaseModel, JsonValue

from scenarios.hosts.gathering import Gathering, Listening, gathered
from scenarios.hosts.identity import loopback_identity
from scenarios.hosts.keys import JoinKeys
from scenarios.hosts.socket import Line, connecting
from scenarios.hosts.words import TO_WORKER, Alive, AskClock, Begin, Clock, Join, Leave, Said, ToWorker, TurnedAway
from scenarios.plan import ApiKey, GeneratorPlan
from slo.history import Event, EventKind, RunFolder

KEYS = JoinKeys.of("a secret that both ends hold")
VERSION = "1.2.3"
LOOK_EVERY_S = 0.02


class Joins(Protocol):
    """Whoever joins a run in a thread of its own, until it is over."""

    def live(self, address: str, over: threading.Event, /) -> None: ...


@dataclass
class Puppet:
    """``begun`` is what it does instead of starting a generator."""

    begun: Callable[["Puppet"], None] = lambda puppet: puppet.say(Said(message={"event": "ready"}))
    version: str = VERSION
    host: str = "elsewhere"
    loopback: str = field(default_factory=loopback_identity)
    clock_ahead_ns: int = 0
    keys: JoinKeys = KEYS
    heard: list[ToWorker] = field(default_factory=list)
    silent: threading.Event = field(default_factory=threading.Event)
    """Once set, it says nothing more."""
    seq: int = 0
    joins_once: Callable[[], bool] = lambda: True
    to_do: queue.SimpleQueue[Callable[["Puppet"], None]] = field(default_factory=queue.SimpleQueue)
    """Done in its own thread, as a socket is of one thread only."""

    def live(self, address: str, over: threading.Event) -> None:
        while not self.joins_once() and not over.wait(LOOK_EVERY_S):
            pass
        with connecting(address, self.keys) as self.line:
            self.say(Join(version=self.version, host=self.host, loopback=self.loopback, processors=2))
            while not over.is_set():
                self.line.wait(LOOK_EVERY_S)
                self.line.happened()  # or what happened would wake it for ever
                self.look(self.line)

    def look(self, line: Line) -> None:
        for document in line.documents():
            word = TO_WORKER.validate_json(document)
            self.heard.append(word)
            if isinstance(word, AskClock):
                self.say(Clock(asked_ns=word.asked_ns, got_ns=self.now_ns(), answered_ns=self.now_ns()))
            elif isinstance(word, Begin):
                self.begun(self)
            elif isinstance(word, Leave | TurnedAway):
                self.silent.set()
        while not self.to_do.empty():
            self.to_do.get()(self)
        if self.heard:
            self.say(Alive())

    def now_ns(self) -> int:
        return time.monotonic_ns() + self.clock_ahead_ns

    def say(self, word: BaseModel, content: bytes = b"") -> None:
        if not self.silent.is_set():
            self.line.say(word.model_copy(update={"seq": self.seq}), content)
            self.seq += 1

    def was_told(self, kind: type[BaseModel]) -> list[ToWorker]:
        return [word for word in self.heard if isinstance(word, kind)]


@dataclass
class Seen:
    """What a run has written down."""

    events: list[Event] = field(default_factory=list)

    def turned_away(self) -> list[tuple[str, str]]:
        """Host and reason."""
        return [
            (event.subject, str(event.detail["why"]))
            for event in self.events
            if event.kind is EventKind.WORKER_TURNED_AWAY
        ]


@contextmanager
def run_with(
    *puppets: Joins,
    wanted: int,
    folder: RunFolder,
    within_s: float = 20,
    seen: Seen | None = None,
    version: str = VERSION,
) -> Iterator[Gathering]:
    """A run that so many of the puppets can join, one after the other in their order."""
    seen, over = seen or Seen(), threading.Event()
    threads: list[threading.Thread] = []

    def joins(address: str) -> None:
        threads.extend(threading.Thread(target=puppet.live, args=(address, over)) for puppet in puppets)
        for thread in threads:
            thread.start()

    def happened(event: Event) -> None:
        seen.events.append(event)
        if event.kind is EventKind.WORKERS_AWAITED:
            joins(event.subject)

    def all_end() -> None:
        over.set()
        for thread in threads:
            thread.join()

    with ExitStack() as stack:
        stack.callback(all_end)
        yield stack.enter_context(gathered(Listening("127.0.0.1:0", KEYS, within_s, version), wanted, folder, happened))


def plan_for(worker: int, workers: int, base_url: str = "http://127.0.0.1:1") -> GeneratorPlan:
    told: dict[str, JsonValue] = {"base_url": base_url, "venue": "test", "seed": 1, "mix": {"book.read": 1}}
    bounds: dict[str, JsonValue] = {"timeout_ms": 1000, "deadline_ms": 500, "in_flight_max": 10}
    return GeneratorPlan.model_validate(
        {**told, **bounds, "phases": [], "keys": [ApiKey(key="k", secret="s")], "samples_dir": "x", "run_token": "t"}
        | {"worker": worker, "workers": workers}
    )
