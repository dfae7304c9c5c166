"""The run's side of generators on other hosts: who may join, what each is given, and whose clock shows what."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pydantic import ValidationError

from chaos.clock import RunClock
from chaos.guardian import Guardian
from scenarios.errors import InvalidTarget, TargetUnavailable
from scenarios.hosts.clocks import Offset, offset_of
from scenarios.hosts.crew import Crew, HostCrew, Reached, generator_name
from scenarios.hosts.identity import loopback_identity
from scenarios.hosts.incoming import Incoming
from scenarios.hosts.keys import JoinKeys
from scenarios.hosts.remote import RemoteWorker
from scenarios.hosts.socket import REFUSED, Door, Frame, opened
from scenarios.hosts.words import FROM_WORKER, PROTOCOL, AskClock, Begin, FromWorker, Join, TurnedAway, Welcome
from scenarios.plan import GeneratorPlan
from scenarios.processes import START_SECONDS_MAX
from scenarios.targets.ownership import is_loopback
from slo.history import Event, EventKind, JoinedWorker, RunFolder

NS_PER_S = 1_000_000_000
SILENT_SECONDS_MAX = 10.0
"""A worker says something each second: after so long its process or its connection is lost."""
EXCHANGES = 50
MEASURE_SECONDS_MAX = 3.0
"""For the exchanges with one worker: fewer where each takes long."""
POLL_SECONDS = 0.5
REFUSALS_TOLD_MAX = 20
"""Whoever knocks more often without the key is not news."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where workers join, with which keys, and how long they are waited for."""

    address: str
    keys: JoinKeys = field(repr=False)
    within_s: float
    version: str
    """Of brownout: workers must have the same."""


def crew_of(
    listening: Listening | None,
    workers: int,
    folder: RunFolder,
    guardian: Guardian,
    happened: Callable[[Event], None],
) -> AbstractContextManager[Crew]:
    """Workers that join at ``listening``, or processes of this host where it is None."""
    if listening is None:
        return nullcontext(HostCrew(guardian, folder.logs))
    return gathered(listening, workers, folder, happened)


@contextmanager
def gathered(
    listening: Listening, workers: int, folder: RunFolder, happened: Callable[[Event], None]
) -> Iterator["Gathering"]:
    """So many workers, as soon as they have joined. Raises TargetUnavailable where they do not, and InvalidTarget."""
    with opened(listening.address, listening.keys) as door:
        gathering = Gathering(door, listening.version, workers, folder, happened)
        try:
            gathering.wait_for_all(listening.within_s)
            yield gathering
        finally:
            gathering.end()


class Gathering:
    """Workers that joined, as the crew of a run."""

    def __init__(
        self, door: Door, version: str, workers: int, folder: RunFolder, happened: Callable[[Event], None]
    ) -> None:
        self._door, self._version, self._wanted = door, version, workers
        self._folder, self._happened = folder, happened
        self._clock: RunClock | None = None
        self._by_address: dict[bytes, RemoteWorker] = {}
        self._refusals_told = 0

    @property
    def _workers(self) -> list[RemoteWorker]:
        return sorted(self._by_address.values(), key=lambda worker: worker.number)

    def wait_for_all(self, within_s: float) -> None:
        """Raises TargetUnavailable."""
        detail = {"workers": self._wanted, "within_s": within_s}
        self._tell(EventKind.WORKERS_AWAITED, self._door.address, **detail)
        deadline_s = time.monotonic() + within_s
        while len(self._by_address) < self._wanted:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                joined = f"{len(self._by_address)} of {self._wanted} workers joined within {within_s:g} s"
                way_out = "start each with: brownout worker --master HOST:PORT"
                raise TargetUnavailable(f"--listen {self._door.address}: {joined}; {way_out}")
            self._listen(min(left_s, POLL_SECONDS))
            self._forget_lost()

    def start(self, plans: Sequence[GeneratorPlan]) -> Sequence[Reached]:
        for worker, plan in zip(self._workers, plans, strict=True):
            self._check_within_reach(worker, plan.base_url)
            worker.begins(Incoming(self._folder, worker.number, worker.name))
            self._door.say(self._address_of(worker), Begin(name=worker.name, plan=plan.model_dump_json()))
        deadline_s = time.monotonic() + START_SECONDS_MAX
        for worker in self._workers:
            self._wait_until_ready(worker, deadline_s)
        for worker in self._workers:
            worker.offset = self._compare_clocks(worker)
            if worker.offset is None:
                raise TargetUnavailable(f"{worker.name} did not say what time it is: {worker.last_words()}")
        return self._workers

    def _wait_until_ready(self, worker: RemoteWorker, deadline_s: float) -> None:
        self._listen_until(lambda: worker.audible, deadline_s)
        if not worker.audible:
            worker.lose(f"no answer within {START_SECONDS_MAX:g} s")
        said = worker.hear(0)
        if said is not None and said.get("event") != "ready":
            worker.lose(f"said {said.get('event')!r} before it was ready")
            said = None
        if said is None:
            raise TargetUnavailable(f"{worker.name} did not start: {worker.last_words()}")

    def go(self, clock: RunClock) -> None:
        self._clock = clock
        for worker in self._workers:
            offset_ns = worker.offset.offset_ns if worker.offset is not None else 0
            worker.went()
            worker.tell({"epoch_monotonic_ns": clock.epoch_monotonic_ns + offset_ns})

    def heard(self, those: Sequence[Reached], seconds_max: float) -> Sequence[Reached]:
        among = [worker for worker in self._workers if worker in those]
        self._listen(0)
        self._lose_silent()
        deadline_s = time.monotonic() + seconds_max
        self._listen_until(lambda: any(worker.audible for worker in among), deadline_s)
        return [worker for worker in among if worker.audible]

    def joined(self) -> list[JoinedWorker]:
        for worker in self._workers:
            if not worker.is_lost:
                worker.end_offset = self._compare_clocks(worker)
        return [record for worker in self._workers if (record := worker.joined()) is not None]

    def end(self) -> None:
        """Nothing more is wanted of any of them."""
        for worker in self._workers:
            worker.terminate()

    def _compare_clocks(self, worker: RemoteWorker) -> Offset | None:
        """None where the worker gives no answer."""
        worker.exchanges.clear()
        deadline_s = time.monotonic() + MEASURE_SECONDS_MAX
        address = self._address_of(worker)
        while len(worker.exchanges) < EXCHANGES and not worker.is_lost and time.monotonic() < deadline_s:
            awaited = len(worker.exchanges) + 1
            self._door.say(address, AskClock(asked_ns=time.monotonic_ns()))
            self._listen_until(lambda: len(worker.exchanges) >= awaited or worker.is_lost, deadline_s)  # noqa: B023
        return offset_of(worker.exchanges) if worker.exchanges else None

    def _listen_until(self, enough: Callable[[], bool], deadline_s: float) -> None:
        """Take what comes until there is enough, or until it is too late."""
        while not enough() and (left_s := deadline_s - time.monotonic()) > 0:
            self._listen(min(left_s, POLL_SECONDS))
            self._lose_silent()

    def _listen(self, seconds_max: float) -> None:
        self._door.wait(seconds_max)
        for event in self._door.happened():
            if event in REFUSED and self._refusals_told < REFUSALS_TOLD_MAX:
                self._refusals_told += 1
                self._tell(
                    EventKind.WORKER_TURNED_AWAY, "", why="ended the handshake: no key, another key, or no worker"
                )
        for frame in self._door.frames():
            self._take(frame, time.monotonic_ns())

    def _take(self, frame: Frame, now_ns: int) -> None:
        worker = self._by_address.get(frame.sender)
        try:
            word: FromWorker = FROM_WORKER.validate_json(frame.document)
        except ValidationError:
            if worker is None:
                self._turn_away(frame.sender, "", f"does not speak as brownout {self._version} does")
            else:
                worker.lose("said something that brownout does not say")
            return
        if worker is not None:
            worker.take(word, frame.content, now_ns)
        elif isinstance(word, Join):
            self._answer(frame.sender, word, now_ns)

    def _answer(self, sender: bytes, join: Join, now_ns: int) -> None:
        if (join.protocol, join.version) != (PROTOCOL, self._version):
            why = f"has brownout {join.version}, and the run {self._version}: install the same"
            self._turn_away(sender, join.host, why)
        elif len(self._by_address) >= self._wanted:
            why = f"came too late: the run has its {self._wanted} workers"
            self._turn_away(sender, join.host, why)
        else:
            taken = {worker.number for worker in self._by_address.values()}
            number = min(set(range(self._wanted)) - taken)
            name = generator_name(number, self._wanted)
            worker = RemoteWorker(name, number, join, lambda word: self._door.say(sender, word), now_ns)
            self._by_address[sender] = worker
            self._door.say(sender, Welcome(number=number))
            self._tell(EventKind.WORKER_JOINED, join.host, worker=number, processors=join.processors)

    def _turn_away(self, sender: bytes, host: str, why: str) -> None:
        self._door.say(sender, TurnedAway(why=why))
        self._tell(EventKind.WORKER_TURNED_AWAY, host, why=why)

    def _lose_silent(self) -> None:
        now_ns = time.monotonic_ns()
        for worker in self._workers:
            if worker.silent_ns(now_ns) >= SILENT_SECONDS_MAX * NS_PER_S:
                silence = f"nothing has come from it for {SILENT_SECONDS_MAX:g} s"
                worker.lose(f"{silence}: its process or its connection is lost")

    def _forget_lost(self) -> None:
        """Before the start somebody else can take its place."""
        self._lose_silent()
        for address, worker in list(self._by_address.items()):
            if worker.is_lost:
                self._tell(EventKind.WORKER_TURNED_AWAY, worker.host, why=f"left: {worker.last_words()}")
                worker.terminate()
                del self._by_address[address]

    def _check_within_reach(self, worker: RemoteWorker, base_url: str) -> None:
        if is_loopback(urlsplit(base_url).hostname or "") and worker.loopback != loopback_identity():
            rule = (
                f"is on this host's loopback, which {worker.name} on {worker.host} cannot reach: embedded and compose "
                "targets and faults of the wire need all workers on this host; use a target.url that all can reach"
            )
            raise InvalidTarget("target", base_url, rule)

    def _address_of(self, worker: RemoteWorker) -> bytes:
        return next(address for address, each in self._by_address.items() if each is worker)

    def _tell(self, kind: EventKind, subject: str, **detail: str | float) -> None:
        at_ns = 0 if self._clock is None else max(0, self._clock.now_ns())
        self._happened(Event(at_ns=at_ns, kind=kind, subject=subject, detail={**detail}))
