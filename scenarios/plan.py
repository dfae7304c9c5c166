"""What happens when: a scenario laid out on one timeline, and the part of it that a generator process is given. Pure.

Every duration is fixed, so all phases and faults have their place before anything starts; only rates that are a share
of capacity are resolved on the way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from chaos.parse import parse_fault
from chaos.timeline import PlannedFault
from scenarios.model import (
    ClosedPhase,
    Fault,
    OpenPhase,
    Phase,
    Rate,
    Retries,
    Scenario,
    StopWhen,
    phase_starts_ns,
    run_length_ns,
)
from scenarios.traffic.arrivals import Arrivals
from scenarios.venues import VenueProfile
from slo.history import FaultRecord, Operation, PhaseKind, PhaseRecord, RunFolder

NS_PER_MS = 1_000_000
WORKERS_MAX = 64
WATCHED_SPILL_S = 0.25
"""Where ``stop_when`` waits for what is stored."""

WrittenRate = Annotated[
    Rate,
    BeforeValidator(lambda written: written if isinstance(written, Rate) else Rate.parse(written)),
    PlainSerializer(lambda rate: rate.text, return_type=str),
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class PlannedOpen(_Part):
    """Arrivals at ``rate`` in ``[start_ns, end_ns)`` since the run's start."""

    kind: Literal["open"] = "open"
    name: str
    start_ns: int
    end_ns: int
    rate: WrittenRate
    arrivals: Arrivals

    def record(self, rate_per_s: float | None = None) -> PhaseRecord:
        """``rate_per_s`` is what a share of capacity was resolved to."""
        return PhaseRecord(
            name=self.name,
            kind=PhaseKind.OPEN,
            start_ns=self.start_ns,
            end_ns=self.end_ns,
            rate=self.rate.text,
            rate_per_s=self.rate.per_s if rate_per_s is None else rate_per_s,
            arrivals=self.arrivals.described(),
        )


class PlannedClosed(_Part):
    """One step of a sweep: ``users`` users in ``[start_ns, end_ns)``."""

    kind: Literal["closed"] = "closed"
    name: str
    start_ns: int
    end_ns: int
    users: int

    def record(self) -> PhaseRecord:
        return PhaseRecord(
            name=self.name, kind=PhaseKind.CLOSED, start_ns=self.start_ns, end_ns=self.end_ns, users=self.users
        )


PlannedPhase = Annotated[PlannedOpen | PlannedClosed, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Plan:
    """``phases`` in order, a sweep as one for each step; ``faults`` in the order of the file."""

    scenario: Scenario
    phases: tuple[PlannedOpen | PlannedClosed, ...]
    faults: tuple[PlannedFault, ...]
    end_ns: int
    workers: int = 1
    """How many generator processes share the traffic."""

    def fault_records(self) -> list[FaultRecord]:
        return [_fault_record(fault, planned) for fault, planned in zip(self.scenario.faults, self.faults, strict=True)]


def plan(scenario: Scenario, workers: int = 1) -> Plan:
    """The timeline of a scenario, which has been checked, for so many generator processes."""
    starts_ns = phase_starts_ns(scenario.traffic)
    return Plan(
        scenario=scenario,
        phases=tuple(
            planned for phase in scenario.traffic.phases for planned in _planned(phase, starts_ns[phase.name])
        ),
        faults=tuple(_planned_fault(number, fault, starts_ns) for number, fault in enumerate(scenario.faults, 1)),
        end_ns=run_length_ns(scenario.traffic),
        workers=workers,
    )


def _planned(phase: Phase, start_ns: int) -> Iterator[PlannedOpen | PlannedClosed]:
    match phase:
        case OpenPhase():
            yield PlannedOpen(
                name=phase.name,
                start_ns=start_ns,
                end_ns=start_ns + phase.duration_ns,
                rate=phase.open.rate,
                arrivals=phase.open.arrivals,
            )
        case ClosedPhase():
            for users in phase.closed.users:
                yield PlannedClosed(name=phase.name, start_ns=start_ns, end_ns=start_ns + phase.step_ns, users=users)
                start_ns += phase.step_ns


def _planned_fault(number: int, fault: Fault, starts_ns: dict[str, int]) -> PlannedFault:
    start_ns = 0 if fault.at.phase is None else starts_ns[fault.at.phase]
    parsed, on = parse_fault(fault.kind, fault.parameters, fault.on)
    return PlannedFault(f"{fault.kind}-{number}", start_ns + fault.at.offset_ns, fault.for_ns, parsed, on)


def _fault_record(fault: Fault, planned: PlannedFault) -> FaultRecord:
    return FaultRecord(
        id=planned.id,
        kind=fault.kind,
        seam=planned.fault.seam.value,
        at_ns=planned.at_ns,
        for_ns=planned.for_ns,
        on={name: str(value) for name, value in fault.on.items()},
        parameters=fault.parameters,
    )


class ApiKey(_Part):
    key: str
    secret: str = Field(repr=False)
    """Not shown: a traceback with a plan in it goes to a log in the run folder."""


class PlannedRetries(_Part):
    """How often a request is sent until it is answered well; 1 never sends again."""

    attempts: int = Field(1, ge=1, le=10)
    base_ns: int = Field(0, ge=0)
    """0: at once."""
    cap_ns: int = Field(0, ge=0)
    budget: float | None = Field(None, gt=0, le=1)
    """None: no bound but the attempts."""

    @classmethod
    def of(cls, written: Retries | None) -> "PlannedRetries":
        if written is None:
            return cls()
        if written.policy == "naive":
            return cls(attempts=written.attempts)
        budget = written.budget if written.policy == "budgeted" else None
        return cls(attempts=written.attempts, base_ns=written.base_ns, cap_ns=written.cap_ns, budget=budget)


class GeneratorPlan(_Part):
    """All that a generator process is told: contents of the file that it is started with."""

    base_url: str
    """``http://host:port``, the fault proxy where there is one."""
    host: str = ""
    """What requests name as their ``Host``; empty: host and port of ``base_url``."""
    profile: VenueProfile = VenueProfile()
    """How the venue wants to be asked."""
    ccxt: str | None = None
    """The id of ccxt's exchange through which it is asked; None: our own client."""
    venue: str
    seed: int
    worker: int = 0
    workers: int = 1
    epoch_monotonic_ns: int | None = None
    """CLOCK_MONOTONIC of time zero, one for all processes of the host. None: the first line on standard input says
    it, ``{"epoch_monotonic_ns": N}``, once everything is ready."""
    mix: dict[Operation, int] = {}
    traders: dict[str, int] = {}
    """Weights of the kinds of trader; none: the mix says what is asked for."""
    symbols: dict[str, int] = {}
    """Weights. None: the first symbol that the venue lists. Its conventions and its price are asked from the venue."""
    keys: list[ApiKey]
    phases: list[PlannedPhase]
    timeout_ms: float
    deadline_ms: float
    in_flight_max: int
    """This worker's part of the run's bound."""
    connections_max: int | None = Field(None, ge=1)
    """This worker's part too. None: as many as there are requests in flight."""
    samples_dir: str
    health_file: str | None = None
    """Where to write, each second, how the generator does; None: nowhere."""
    run_token: str
    """Makes client order ids, ``bo-<run_token>-<arrival>``, unique at the venue; letters and digits."""
    retries: PlannedRetries = PlannedRetries()
    hedge_reads_ns: int | None = Field(None, gt=0)
    """After how long a read without an answer is asked once more. None: never."""
    traces: float = Field(0.0, ge=0, le=1)
    """The share of arrivals that is traced; 0 says nothing of traces to the venue."""

    spill_s: float | None = Field(None, gt=0)
    """How often finished arrivals are stored; None: as seldom as is good for the number of files."""

    @model_validator(mode="after")
    def _can_start(self) -> "GeneratorPlan":
        if not 0 <= self.worker < self.workers:
            raise ValueError(f"worker {self.worker} is not one of {self.workers}: they count from 0")
        if bool(self.mix) == bool(self.traders):
            raise ValueError("either mix or traders must say what is asked for, and not both")
        if not self.keys:
            raise ValueError("keys must hold at least one key and secret, to sign orders with")
        return self


def part_of(whole: int, worker: int, workers: int) -> int:
    """How much of a bound falls to one worker: all parts differ by one at most and add up to the whole."""
    return whole // workers + (worker < whole % workers)


def _part_if_bound(whole: int | None, worker: int, workers: int) -> int | None:
    return None if whole is None else part_of(whole, worker, workers)


def generator_plan(
    plan: Plan,
    *,
    base_url: str,
    venue: str,
    keys: list[ApiKey],
    folder: RunFolder,
    run_token: str,
    worker: int = 0,
    host: str = "",
    profile: VenueProfile = VenueProfile(),  # noqa: B008  frozen
) -> GeneratorPlan:
    """What one generator of a run is told; its epoch follows on its standard input."""
    traffic = plan.scenario.traffic
    return GeneratorPlan(
        base_url=base_url,
        host=host,
        profile=profile,
        venue=venue,
        seed=plan.scenario.seed,
        worker=worker,
        workers=plan.workers,
        mix=traffic.mix or {},
        traders=traffic.traders or {},
        symbols=traffic.symbols,
        keys=keys,
        phases=list(plan.phases),
        timeout_ms=traffic.timeout_ns / NS_PER_MS,
        deadline_ms=traffic.deadline_ns / NS_PER_MS,
        in_flight_max=part_of(traffic.in_flight_max, worker, plan.workers),
        connections_max=_part_if_bound(traffic.connections_max, worker, plan.workers),
        samples_dir=str(folder.samples),
        health_file=str(folder.health_of(worker)),
        run_token=run_token,
        retries=PlannedRetries.of(traffic.retries),
        hedge_reads_ns=traffic.hedge_reads_ns,
        traces=traffic.traces,
        ccxt=traffic.ccxt,
        spill_s=WATCHED_SPILL_S if isinstance(plan.scenario.stop_when, StopWhen) else None,
    )
