"""A run's side of workers on other hosts: lets them in, measures their clocks, and hears them as if they were here."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import zmq
from pydantic import JsonValue
from zmq.auth.thread import ThreadAuthenticator

from chaos.clock import RunClock
from scenarios.errors import GeneratorFailed, InvalidTarget, TargetUnavailable
from scenarios.hosts.clocks import Offset, RoundTrip, offset_of
from scenarios.hosts.crew import Reached
from scenarios.hosts.keys import JoinKey
from scenarios.hosts.messages import Kind, Message, message_of
from scenarios.hosts.shipping import Incoming
from scenarios.plan import GeneratorPlan
from scenarios.processes import START_SECONDS_MAX
from slo.history import Event, EventKind, JoinedWorker, RunFolder

PINGS = 20
PING_SECONDS_MAX = 2.0
LOST_AFTER_S = 10.0
"""Without anything being heard; a beat comes each second."""
LINGER_MS = 2_000
SLICE_S = 0.25


@dataclass(frozen=True, slots=True)
class Listening:
    """Where workers may join, who, and until when."""

    address: str
    """``HOST:PORT``."""
    key: JoinKey
    within_s: float
    version: str
    """Of brownout: others are turned away."""


Inbox = deque[dict[str, JsonValue] | None]


@dataclass(slots=True, eq=False)
class RemoteGenerator:
    """A generator that was started by a worker elsewhere. What it says comes when the crew is listened to."""

    number: int
    host: str
    identity: bytes
    send: Callable[[bytes, Message], None]
    listen: Callable[[float], None]
    incoming: Incoming
    beat_s: float = field(default_factory=time.monotonic)
    inbox: Inbox = field(default_factory=deque)
    trips: list[RoundTrip] = field(default_factory=list)
    offset: Offset | None = None
    why_ended: str = "it was asked to end"
    gone: bool = False

    @property
    def name(self) -> str:
        return f"generator-{self.number}@{self.host}"

    def tell(self, message: dict[str, JsonValue]) -> None:
        self.send(self.identity, Message(Kind.SAY, message))

    def hear(self, seconds_max: float) -> dict[str, JsonValue] | None:
        deadline = time.monotonic() + seconds_max
        while not self.inbox:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"no line within {seconds_max:g} s")
            self.listen(left)
        return None if self.inbox[0] is None else self.inbox.popleft()

    def last_words(self) -> str:
        return self.why_ended

    def ask_to_end(self) -> None:
        self.send(self.identity, Message(Kind.END))

    def terminate(self) -> int:
        """It is let go: what it might still send is not taken any more."""
        if not self.gone:
            self.gone = True
            self.send(self.identity, Message(Kind.BYE))
        return 0

    def end(self, why: str) -> None:
        """Nothing more comes from it."""
        self.why_ended = why
        self.inbox.append(None)


class RemoteCrew:
    """Lets in as many workers as there are plans. ``happened`` is told who came and who was turned away."""

    def __init__(self, listening: Listening, folder: RunFolder, happened: Callable[[Event], None]) -> None:
        self._listening, self._folder, self._happened = listening, folder.path, happened
        self._clock: RunClock | None = None
        self._generators: dict[bytes, RemoteGenerator] = {}
        self._room = 0
        self._context = zmq.Context()
        self._doorkeeper = ThreadAuthenticator(self._context)
        self._doorkeeper.start()
        self._doorkeeper.configure_curve_callback("*", listening.key)
        self._socket = self._context.socket(zmq.ROUTER)
        self._socket.linger = LINGER_MS
        self._socket.sndhwm = self._socket.rcvhwm = 0  # nothing is lost for want of room
        listening.key.guard_server(self._socket)
        self._strangers = self._socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL)
        try:
            self._socket.bind(f"tcp://{listening.address}")
        except zmq.ZMQError as error:
            self._close()
            raise InvalidTarget("--listen", listening.address, f"cannot be listened at: {error.strerror}") from error

    def start(self, plans: Sequence[GeneratorPlan]) -> Sequence[Reached]:
        self._room = len(plans)
        self._let_in()
        generators = list(self._generators.values())
        for generator in generators:
            generator.offset = self._measured(generator)
        for generator, plan in zip(generators, plans, strict=True):
            self._send(generator.identity, Message(Kind.PLAN, plan.model_dump(mode="json")))
        for generator in generators:
            self._await_ready(generator)
        return generators

    def go(self, clock: RunClock) -> None:
        self._clock = clock
        for generator in self._generators.values():
            offset_ns = generator.offset.ns if generator.offset else 0
            generator.beat_s = time.monotonic()
            generator.tell({"epoch_monotonic_ns": clock.epoch_monotonic_ns + offset_ns})

    def heard(self, those: Sequence[Reached], seconds_max: float) -> Sequence[Reached]:
        deadline = time.monotonic() + seconds_max
        asked = [generator for generator in self._generators.values() if generator in those]
        while not (speaking := [generator for generator in asked if generator.inbox]):
            left = deadline - time.monotonic()
            if left <= 0:
                return []
            self._listen(min(left, SLICE_S))
            self._miss_the_silent()
        return speaking

    def joined(self) -> list[JoinedWorker]:
        return [self._joined(generator) for generator in self._generators.values()]

    def end(self) -> None:
        for generator in self._generators.values():
            generator.terminate()
        self._close()

    def _let_in(self) -> None:
        deadline = time.monotonic() + self._listening.within_s
        while len(self._generators) < self._room:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TargetUnavailable(
                    f"--listen {self._listening.address}: {len(self._generators)} of {self._room} workers joined "
                    f"within {self._listening.within_s:g} s; start each with: brownout worker --master HOST:PORT"
                )
            self._listen(min(left, SLICE_S))

    def _await_ready(self, generator: RemoteGenerator) -> None:
        try:
            message = generator.hear(START_SECONDS_MAX)
        except TimeoutError:
            message = None
        if message is None:
            raise TargetUnavailable(f"{generator.name} did not start: {generator.why_ended}")

    def _measured(self, generator: RemoteGenerator) -> Offset:
        """Raises TargetUnavailable where nothing is answered."""
        generator.trips = []
        for number in range(PINGS):
            asked_ns = time.monotonic_ns()
            self._send(generator.identity, Message(Kind.PING, {"number": number, "asked_ns": asked_ns}))
            deadline = time.monotonic() + PING_SECONDS_MAX
            while len(generator.trips) <= number and time.monotonic() < deadline:
                self._listen(deadline - time.monotonic())
            if len(generator.trips) <= number:
                raise TargetUnavailable(f"{generator.name} did not answer a ping within {PING_SECONDS_MAX:g} s")
        return offset_of(generator.trips)

    def _joined(self, generator: RemoteGenerator) -> JoinedWorker:
        before, later = generator.offset or Offset(0, 0), self._measured_again(generator)
        return JoinedWorker(
            worker=generator.number,
            host=generator.host,
            uncertainty_ns=before.uncertainty_ns + (later.uncertainty_ns if later else 0),
            drift_ns=later.ns - before.ns if later else None,
        )

    def _measured_again(self, generator: RemoteGenerator) -> Offset | None:
        """None of a worker that is gone by now."""
        try:
            return None if generator.gone else self._measured(generator)
        except TargetUnavailable:
            return None

    def _listen(self, seconds_max: float) -> None:
        """Take what comes, and wait for it if nothing is there yet."""
        self._note_strangers()
        if not self._socket.poll(round(max(0.0, seconds_max) * 1_000)):
            return
        while self._socket.poll(0):
            identity, *frames = self._socket.recv_multipart()
            came_ns = time.monotonic_ns()
            try:
                message = message_of(frames)
            except (ValueError, TypeError):
                continue  # it has the key and speaks another language: its version is told apart by its hello
            generator = self._generators.get(identity)
            if generator is None:
                self._greet(identity, message)
            elif not generator.gone:
                self._take(generator, message, came_ns)

    def _take(self, generator: RemoteGenerator, message: Message, came_ns: int) -> None:
        generator.beat_s = came_ns / 1e9
        says = message.says
        match message.kind:
            case Kind.PONG:
                trip = RoundTrip(int(str(says["asked_ns"])), int(str(says["at_ns"])), came_ns)
                generator.trips.append(trip)
            case Kind.LINE:
                generator.inbox.append(says)
            case Kind.ENDED:
                generator.end(str(says["why"]))
            case Kind.FILE | Kind.FILES:
                self._store(generator, message)

    @staticmethod
    def _store(generator: RemoteGenerator, message: Message) -> None:
        says = message.says
        try:
            if message.kind is Kind.FILE:
                generator.incoming.take(str(says["name"]), str(says["sha256"]), message.content)
            else:
                generator.incoming.check(says)
        except GeneratorFailed as failure:
            generator.end(str(failure))

    def _greet(self, identity: bytes, message: Message) -> None:
        if message.kind is not Kind.HELLO:
            return
        host, version = str(message.says["host"]), str(message.says["version"])
        if version != self._listening.version:
            self._turn_away(identity, host, f"it has brownout {version}, the run {self._listening.version}")
        elif len(self._generators) == self._room:
            self._turn_away(identity, host, f"the run has its {self._room} workers")
        else:
            number = len(self._generators)
            incoming = Incoming(self._folder, number)
            self._generators[identity] = RemoteGenerator(number, host, identity, self._send, self._listen, incoming)
            self._tell(EventKind.WORKER_JOINED, host, {"worker": number})

    def _turn_away(self, identity: bytes, host: str, why: str) -> None:
        self._send(identity, Message(Kind.TURNED_AWAY, {"why": why}))
        self._tell(EventKind.WORKER_TURNED_AWAY, host, {"why": why})

    def _note_strangers(self) -> None:
        while self._strangers.poll(0):
            self._strangers.recv_multipart()
            self._tell(EventKind.WORKER_TURNED_AWAY, "", {"why": "its join key is not the run's"})

    def _miss_the_silent(self) -> None:
        now_s = time.monotonic()
        for generator in self._generators.values():
            if not generator.gone and now_s - generator.beat_s > LOST_AFTER_S and None not in generator.inbox:
                generator.end(f"no sign of life for {LOST_AFTER_S:g} s")

    def _tell(self, kind: EventKind, subject: str, detail: dict[str, JsonValue]) -> None:
        at_ns = 0 if self._clock is None else self._clock.now_ns()
        self._happened(Event(at_ns=at_ns, kind=kind, subject=subject, detail=detail))

    def _send(self, identity: bytes, message: Message) -> None:
        self._socket.send_multipart([identity, *message.frames()])

    def _close(self) -> None:
        self._socket.disable_monitor()
        self._strangers.close()
        self._socket.close()
        self._doorkeeper.stop()
        self._context.term()
