"""One run from start to end: target up, traffic and weather on one clock, everything healed, history stored.

What came back is judged elsewhere, and later if need be: nothing here knows what is good.
"""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from pydantic import JsonValue

from chaos.audit import audit, ping_ms
from chaos.clock import RunClock
from chaos.conductor import Conductor
from chaos.guardian import Guardian
from scenarios.asking import ask_about_orders
from scenarios.errors import GeneratorFailed, InstrumentFailed, RunFailed, RunInterrupted
from scenarios.generating import Generating
from scenarios.hosts.crew import Crew
from scenarios.hosts.gathering import Listening, crew_of
from scenarios.plan import Plan
from scenarios.settling import settle_samples
from scenarios.signals import OneInterrupt
from scenarios.stopping import BudgetBurnt, StopWatch, told
from scenarios.subscribing import Subscribing
from scenarios.targets import LiveTarget, Target
from scenarios.targets.target import VENUE_PROCESS
from scenarios.traffic.merging import LastWord
from slo.history import Event, EventKind, EventLog, PhaseRecord, RunFolder, RunRecord, RunStatus, read_events
from slo.objectives import Objective

NS_PER_MS = 1_000_000
AUDIT_PATIENCE_S = 10.0
ENDINGS = (EventKind.RUN_INTERRUPTED, EventKind.RUN_ABORTED, EventKind.RUN_FAILED, EventKind.RUN_ENDED)
"""Whichever comes first: after an early end only what is in flight is still waited for."""


class Watcher(Protocol):
    """Whoever looks on while a run goes: the console, or nobody."""

    def started(self, plan: Plan, folder: RunFolder) -> None: ...

    def happened(self, event: Event) -> None: ...

    def progressed(self, progress: dict[str, JsonValue]) -> None: ...


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a run needs besides its plan. ``command`` repeats it; ``host`` says what it ran on."""

    folder: RunFolder
    run_token: str
    """Makes client order ids unique at the venue; letters and digits."""
    started_at: str
    command: tuple[str, ...]
    version: str
    host: dict[str, str | int]
    objectives: tuple[Objective, ...] = ()
    """What ``stop_when`` watches."""
    listening: Listening | None = None
    """Where generators join from other hosts; None: all are processes of this one."""


def run_scenario(plan: Plan, target: Target, settings: RunSettings, watcher: Watcher) -> RunRecord:
    """Run a plan against ``target`` and leave a run folder that can be judged.

    Raises TargetUnavailable, RunFailed, and RunInterrupted after a signal. Whichever it is, all faults are healed,
    all processes ended, and what was measured is stored.
    """
    folder = settings.folder
    folder.logs.mkdir(parents=True, exist_ok=True)
    with (
        OneInterrupt() as interrupt,
        EventLog(folder.events) as log,
        Guardian(folder.logs / "guardian.log") as guardian,
    ):

        def happened(event: Event) -> None:
            log.record(event)
            watcher.happened(event)

        try:
            with (
                crew_of(settings.listening, plan.workers, folder, guardian, happened) as crew,
                target.up(guardian, folder.logs, plan.scenario.seed) as live,
            ):
                run = _Run(plan, live, settings, happened=happened, watcher=watcher, guardian=guardian)
                return run.drive(interrupt, crew)
        except KeyboardInterrupt as interrupted:
            raise RunInterrupted(
                f"interrupted before the traffic started; {folder.path} holds no samples"
            ) from interrupted


class _Run:
    """A run whose target is up."""

    def __init__(
        self,
        plan: Plan,
        live: LiveTarget,
        settings: RunSettings,
        *,
        happened: Callable[[Event], None],
        watcher: Watcher,
        guardian: Guardian,
    ) -> None:
        self._plan = plan
        self._live = live
        self._settings = settings
        self._folder = settings.folder
        self._happened = happened
        self._watcher = watcher
        self._guardian = guardian
        self._gone: set[str] = set()
        self._phases_to_come = [phase.record() for phase in plan.phases]
        self._subscribing = Subscribing(plan, live, settings.folder, guardian)
        self._stop_watch = StopWatch(plan, settings.objectives, settings.folder.samples)

    def drive(self, interrupt: OneInterrupt, crew: Crew) -> RunRecord:
        record = self._first_record()
        self._folder.write_record(record)
        ping_ms_before = ping_ms(self._live.ground)
        with (
            self._subscribing,
            Generating(self._plan, self._live, self._folder, self._settings.run_token, crew) as generating,
        ):
            self._watcher.started(self._plan, self._folder)
            clock = generating.go()
            self._subscribing.go(clock)
            self._tell(0, EventKind.RUN_STARTED)
            with Conductor(self._plan.faults, self._live.ground, clock, self._happened) as conductor:
                conductor.start()
                status, last_word = self._follow(generating, conductor, clock, interrupt)
            record = record.model_copy(update={"joined": generating.joined()})
            status, last_word = self._heard_out(clock, status, last_word)
            self._tell(clock.now_ns(), EventKind.RUN_ENDED, str(status))
            self._audit(clock, ping_ms_before, status)
            return self._settle(record, status, last_word, generating.resolved_rates)

    def _audit(self, clock: RunClock, ping_ms_before: float | None, status: RunStatus) -> None:
        """Once everything is healed; after an interrupt, nobody wants to wait for it."""
        patience_s = 1.0 if status is RunStatus.INTERRUPTED else AUDIT_PATIENCE_S
        found = audit(self._live.ground, ping_ms_before, patience_s)
        detail: dict[str, JsonValue] = {
            "left": list(found.left),
            "ping_ms_before": found.ping_ms_before,
            "ping_ms_after": found.ping_ms_after,
        }
        self._tell(clock.now_ns(), EventKind.RUN_AUDITED, "clean" if found.is_clean else "not clean", detail)

    def _follow(
        self, generating: Generating, conductor: Conductor, clock: RunClock, interrupt: OneInterrupt
    ) -> tuple[RunStatus, LastWord | RunFailed]:
        """Until the traffic has ended, by itself or not; every arrival that was due then has its outcome."""
        try:
            last_word = generating.follow(self._progressed)
            interrupt.no_more()
        except KeyboardInterrupt:
            self._tell(clock.now_ns(), EventKind.RUN_INTERRUPTED)
            conductor.stop()  # first: what is in flight at a paused venue cannot end
            return self._end(generating, RunStatus.INTERRUPTED)
        except BudgetBurnt as burnt:
            interrupt.no_more()
            noticed_ns = clock.now_ns()
            conductor.stop()
            detail = told(burnt, noticed_ns, clock.now_ns())
            self._tell(noticed_ns, EventKind.RUN_ABORTED, burnt.burning.objective, detail)
            return self._end(generating, RunStatus.ABORTED)
        except RunFailed as failure:
            interrupt.no_more()
            self._tell(clock.now_ns(), EventKind.RUN_FAILED, failure.part, {"why": str(failure)})
            conductor.stop()
            self._end(generating, RunStatus.FAILED)
            return RunStatus.FAILED, failure
        return RunStatus.COMPLETE, last_word

    @staticmethod
    def _end(generating: Generating, status: RunStatus) -> tuple[RunStatus, LastWord | RunFailed]:
        """End the traffic before its time; FAILED where even that does not work."""
        try:
            return status, generating.end_now()
        except GeneratorFailed as failure:
            return RunStatus.FAILED, failure

    def _heard_out(
        self, clock: RunClock, status: RunStatus, last_word: LastWord | RunFailed
    ) -> tuple[RunStatus, LastWord | RunFailed]:
        """Once all is healed, so that what comes late is still heard. What was not stored fails the run."""
        try:
            self._subscribing.end()
        except InstrumentFailed as failure:
            if status is RunStatus.FAILED:
                return status, last_word
            self._tell(clock.now_ns(), EventKind.RUN_FAILED, failure.part, {"why": str(failure)})
            return RunStatus.FAILED, failure
        return status, last_word

    def _settle(
        self, record: RunRecord, status: RunStatus, last_word: LastWord | RunFailed, rates: dict[str, float]
    ) -> RunRecord:
        """Store what is only known at the end, the samples first. Raises RunFailed and RunInterrupted after that."""
        events = read_events(self._folder.events)
        rows = settle_samples(self._folder.samples, events, record.faults)
        ended_ns = next(event.at_ns for event in events if event.kind in ENDINGS)
        if isinstance(last_word, LastWord) and rows != last_word.scheduled:
            status = RunStatus.FAILED
            last_word = GeneratorFailed(f"{last_word.scheduled:,} arrivals were due, but {rows:,} samples were stored")
            self._tell(ended_ns, EventKind.RUN_FAILED, detail={"why": str(last_word)})
        phases = _until(_resolved(record.phases, rates), ended_ns)
        settled = record.model_copy(update={"status": status, "phases": phases})
        if isinstance(last_word, LastWord):
            known = {"scheduled": last_word.scheduled, "capacity_per_s": last_word.capacity_per_s}
            settled = settled.model_copy(update=known)
        self._folder.write_record(settled)
        self._resolve(ended_ns, status)
        if isinstance(last_word, RunFailed):
            raise last_word
        if status is RunStatus.INTERRUPTED:
            raise RunInterrupted(f"interrupted; all faults are healed; see: brownout judge {self._folder.path}")
        return settled

    def _resolve(self, ended_ns: int, status: RunStatus) -> None:
        """Store what the venue knows of its orders: its ledger, where it gives one, and what it says when asked."""
        ledger = self._live.ledger()
        if ledger is not None:
            self._folder.ledger.write_bytes(ledger)
        urgent = ledger is not None or status is RunStatus.INTERRUPTED
        told = ask_about_orders(self._plan, self._live, self._folder, self._settings.run_token, urgent=urgent)
        if told is not None:
            self._tell(ended_ns, EventKind.ORDERS_ASKED, detail=told)

    def _first_record(self) -> RunRecord:
        scenario, settings = self._plan.scenario, self._settings
        return RunRecord(
            name=scenario.name,
            status=RunStatus.RUNNING,
            seed=scenario.seed,
            started_at=settings.started_at,
            brownout=settings.version,
            host=settings.host,
            command=list(settings.command),
            workers=self._plan.workers,
            target=self._live.record,
            phases=list(self._phases_to_come),
            faults=self._plan.fault_records(),
            deadline_ms=Decimal(scenario.traffic.deadline_ns) / NS_PER_MS,
            timeout_ms=Decimal(scenario.traffic.timeout_ns) / NS_PER_MS,
            objectives=_copy_objectives(scenario.objective_files, self._folder.objectives),
        )

    def _progressed(self, progress: dict[str, JsonValue]) -> None:
        at_ns = int(str(progress["at_ns"]))
        while self._phases_to_come and self._phases_to_come[0].start_ns <= at_ns:
            phase = self._phases_to_come.pop(0)
            users: dict[str, JsonValue] = {"users": phase.users} if phase.users is not None else {}
            self._tell(phase.start_ns, EventKind.PHASE_STARTED, phase.name, users)
        self._watcher.progressed(progress)
        unguarded = [] if self._guardian.alive() else ["guardian"]
        for name in {*self._live.gone(), *self._subscribing.gone(), *unguarded} - self._gone:
            self._gone.add(name)
            self._tell(at_ns, EventKind.PROCESS_EXITED, name)
            if name != VENUE_PROCESS:
                raise InstrumentFailed(f"the {name} of this run has ended; see {self._folder.logs}", part=name)
        self._stop_watch.look(at_ns)

    def _tell(self, at_ns: int, kind: EventKind, subject: str = "", detail: dict[str, JsonValue] | None = None) -> None:
        self._happened(Event(at_ns=at_ns, kind=kind, subject=subject, detail=detail or {}))


def _resolved(phases: Iterable[PhaseRecord], rates: dict[str, float]) -> list[PhaseRecord]:
    """Phases with the rate that a share of capacity came to."""
    return [
        phase.model_copy(update={"rate_per_s": rates[phase.name]}) if phase.name in rates else phase for phase in phases
    ]


def _until(phases: Iterable[PhaseRecord], ended_ns: int) -> list[PhaseRecord]:
    """Phases as far as they came: a record tells of no time that was not run."""
    return [
        phase.model_copy(update={"end_ns": min(phase.end_ns, ended_ns)})
        for phase in phases
        if phase.start_ns < ended_ns
    ]


def _copy_objectives(files: Iterable[Path], folder: Path) -> list[str]:
    """Put the objectives into the run folder, so that it can be judged wherever it goes."""
    folder.mkdir(parents=True, exist_ok=True)
    return [Path(shutil.copyfile(file, folder / file.name)).name for file in files]
