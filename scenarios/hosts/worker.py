"""A worker's side: joins a run, starts a generator as it is told, and sends back all that this says and stores."""

import socket as sockets
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import zmq
from zmq.utils.monitor import recv_monitor_message

from chaos.guardian import Guardian
from scenarios.errors import InvalidTarget, RunFailed, TargetUnavailable
from scenarios.hosts.crew import start_generator
from scenarios.hosts.keys import VARIABLE, JoinKey
from scenarios.hosts.messages import Kind, Message, message_of
from scenarios.hosts.shipping import HEALTH, SAMPLES, Outgoing
from scenarios.plan import GeneratorPlan
from scenarios.processes import RunProcess
from scenarios.targets.ownership import OWNERSHIP_FLAG, addresses_of, is_loopback

BEAT_S = 1.0
SLICE_MS = 250
LINGER_MS = 5_000
HEARTBEAT_MS, HEARTBEAT_TIMEOUT_MS = 2_000, 10_000


@dataclass(frozen=True, slots=True)
class Joining:
    """Whom to join, and what this host allows."""

    master: str
    """``HOST:PORT`` of the run."""
    key: JoinKey
    version: str
    within_s: float
    """How long to wait for the run."""
    owned: bool = False
    """Whether the user of this host says that a target beyond the loopback is theirs."""
    say: Callable[[str], None] = lambda _: None


def work(joining: Joining) -> None:
    """Take part in one run, from joining it to its end.

    Raises TargetUnavailable where it cannot be joined, InvalidTarget where this host must not load what is to be
    loaded, and RunFailed where the run is gone before its end.
    """
    with _Connection(joining) as run, tempfile.TemporaryDirectory(prefix="brownout-worker-") as name:
        folder = Path(name)
        plan = run.join()
        problem = forbidden(plan.base_url, joining)
        if problem is not None:
            run.send(Message(Kind.ENDED, {"why": str(problem)}))
            raise problem
        own = plan.model_copy(
            update={
                "samples_dir": str(folder / SAMPLES),
                "health_file": str(folder / HEALTH / f"worker-{plan.worker}.jsonl"),
            }
        )
        with Guardian(folder / "guardian.log") as guardian:
            generator = start_generator("generator", own, guardian, folder)
            try:
                _Relay(run, generator, Outgoing(folder)).until_done()
            except KeyboardInterrupt:
                run.send(Message(Kind.ENDED, {"why": "interrupted by the user of its host"}))
                raise
            finally:
                generator.terminate()


def forbidden(base_url: str, joining: Joining) -> InvalidTarget | None:
    """Why this host must not, or cannot, drive the target of the run; None where it may."""
    host = str(urlsplit(base_url).hostname)
    ours = all(is_loopback(address) for address in addresses_of(host))
    run_is_here = all(is_loopback(address) for address in addresses_of(joining.master.rpartition(":")[0]))
    if ours and not run_is_here:
        rule = (
            "is the run's own loopback, which only its own host reaches: give the run a target.url that all hosts reach"
        )
        return InvalidTarget("target", base_url, rule)
    if not ours and not joining.owned:
        return InvalidTarget(
            "target", base_url, f"is not on this host's loopback: if it is yours, give {OWNERSHIP_FLAG}"
        )
    return None


class _Connection:
    """The way to the run."""

    def __init__(self, joining: Joining) -> None:
        self._joining = joining
        self._context = zmq.Context()
        self.socket = self._context.socket(zmq.DEALER)
        self.socket.linger = LINGER_MS
        self.socket.sndhwm = self.socket.rcvhwm = 0
        self.socket.heartbeat_ivl, self.socket.heartbeat_timeout = HEARTBEAT_MS, HEARTBEAT_TIMEOUT_MS
        joining.key.guard_client(self.socket)
        self._monitor = self.socket.get_monitor_socket(
            zmq.EVENT_HANDSHAKE_SUCCEEDED
            | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
            | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
            | zmq.EVENT_HANDSHAKE_FAILED_AUTH
            | zmq.EVENT_CONNECTED
            | zmq.EVENT_DISCONNECTED
        )
        self._met = self._knocked = False

    def __enter__(self) -> "_Connection":
        try:
            self.socket.connect(f"tcp://{self._joining.master}")
        except zmq.ZMQError as error:
            self.__exit__()
            raise InvalidTarget("--master", self._joining.master, f"cannot be reached: {error.strerror}") from error
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.disable_monitor()
        self._monitor.close()
        self.socket.close()
        self._context.term()

    def send(self, message: Message) -> None:
        self.socket.send_multipart(message.frames())

    def join(self) -> GeneratorPlan:
        """Raises TargetUnavailable."""
        master = self._joining.master
        self.send(Message(Kind.HELLO, {"host": sockets.gethostname(), "version": self._joining.version}))
        deadline, told = time.monotonic() + self._joining.within_s, False
        while self._met or time.monotonic() < deadline:
            message = self.heard(SLICE_MS)
            if self._met and not told:
                told = True
                self._joining.say(f"joined {master}; waiting for its other workers")
            if message is None:
                continue
            if message.kind is Kind.TURNED_AWAY:
                raise TargetUnavailable(f"--master {master}: turned away: {message.says['why']}")
            if message.kind is Kind.BYE:
                raise TargetUnavailable(f"--master {master}: the run was given up before it began")
            if message.kind is Kind.PLAN:
                self._joining.say("the run begins")
                return GeneratorPlan.model_validate(message.says)
        raise TargetUnavailable(f"--master {master}: {self._why_not()}")

    def _why_not(self) -> str:
        if self._knocked:
            return f"whoever listens there is no run with this {VARIABLE}"
        return f"nobody listens there within {self._joining.within_s:g} s"

    def heard(self, milliseconds: int) -> Message | None:
        """The next message in that time; a ping is answered at once and is none. Raises RunFailed for a run gone."""
        if not self.socket.poll(milliseconds):
            self._watch()  # only now: what the run has said before it went is heard first
            return None
        at_ns = time.monotonic_ns()
        message = message_of(self.socket.recv_multipart())
        self._met = True
        if message.kind is Kind.PING:
            self.send(Message(Kind.PONG, {**message.says, "at_ns": at_ns}))
            return None
        return message

    def _watch(self) -> None:
        while self._monitor.poll(0):
            event = recv_monitor_message(self._monitor)["event"]
            if event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
                self._met = True
            elif event == zmq.EVENT_CONNECTED:
                self._knocked = True
            elif event == zmq.EVENT_DISCONNECTED and self._met:
                raise RunFailed(f"--master {self._joining.master}: the run is gone", part="run")


class _Relay:
    """Between the run and the generator, until the run wants nothing more."""

    def __init__(self, run: _Connection, generator: RunProcess, outgoing: Outgoing) -> None:
        self._run, self._generator, self._outgoing = run, generator, outgoing
        self._speaks = True
        self._beat_s = 0.0
        self._poller = zmq.Poller()
        self._poller.register(run.socket, zmq.POLLIN)
        self._poller.register(generator.output.fileno(), zmq.POLLIN)

    def until_done(self) -> None:
        while True:
            self._poller.poll(SLICE_MS)
            if self._speaks:
                self._pass_on()
            while (message := self._run.heard(0)) is not None:
                match message.kind:
                    case Kind.SAY:
                        self._generator.tell(message.says)
                    case Kind.END:
                        self._generator.ask_to_end()
                    case Kind.BYE:
                        return
            self._beat()

    def _pass_on(self) -> None:
        """What the generator has said; its last word after all that it has stored."""
        while True:
            try:
                line = self._generator.hear(0)
            except TimeoutError:
                return
            if line is None:
                self._ended()
                return
            if line.get("event") == "done":
                self._send_rest()
            self._run.send(Message(Kind.LINE, line))

    def _ended(self) -> None:
        """After a last word this is of no interest to the run."""
        self._speaks = False
        self._poller.unregister(self._generator.output.fileno())
        self._run.send(Message(Kind.ENDED, {"why": self._generator.last_words()}))

    def _send_rest(self) -> None:
        for message in self._outgoing.rest():
            self._run.send(message)

    def _beat(self) -> None:
        if time.monotonic() - self._beat_s >= BEAT_S:
            self._beat_s = time.monotonic()
            self._run.send(Message(Kind.BEAT))
            for message in self._outgoing.new_samples():
                self._run.send(message)
