"""One generator's run: learn the market, wait for time zero, let Locust's users drive, account for all, store."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import gevent
from gevent.event import Event
from locust.env import Environment
from pydantic import JsonValue

from scenarios.client import CallCounts, Client, TraceHeaders, VenueClient, venue_client
from scenarios.client.ccxt_venue import CcxtClient, CcxtVenue, open_ccxt
from scenarios.client.hedging import HedgingClient
from scenarios.client.market import learn_market
from scenarios.generator.health import HealthWatch
from scenarios.generator.storage import SampleStore, seconds_to_next_spill
from scenarios.generator.telling import Tell, hear_epoch_ns, hear_rate_per_s
from scenarios.operations import Desk
from scenarios.operations.ladder import Conventions, Ladder
from scenarios.plan import GeneratorPlan, PlannedClosed, PlannedOpen
from scenarios.session import Share, TrafficSession
from scenarios.traders.floor import TradingFloor
from scenarios.trading import TradingSession
from scenarios.traffic.accounting import Accounting
from scenarios.traffic.mix import Ask
from scenarios.traffic.progress import named
from scenarios.traffic.retries import BudgetedRetries, ExponentialRetries, NaiveRetries, Retries, RetryBudget
from scenarios.traffic.streams import stream
from scenarios.traffic.windows import Step, Sweep
from scenarios.users import ArrivalUser, ClosedUser, bound

NS_PER_SECOND = 1_000_000_000
NS_PER_MS = 1_000_000
PROGRESS_SECONDS = 0.5
DRAIN_POLL_SECONDS = 0.01
DRAIN_MARGIN_SECONDS = 1.0
BURST = 10.0
"""How many retries a budget may have saved up: those of a hundred good requests, at a tenth each."""
SPAWN_USERS_PER_S = 1_000_000
"""All at once: users wait for their step, so that spawning them takes no part in the timeline."""


def drive(plan: GeneratorPlan, stop: Event, tell: Tell) -> None:
    """Make the traffic of ``plan`` until its end or until ``stop`` is set, and say the last word.

    Raises TargetUnavailable before the start; afterwards the venue's failures are data.
    """
    client_by, market = _venue(plan)
    tell({"event": "ready"})
    epoch_ns = plan.epoch_monotonic_ns if plan.epoch_monotonic_ns is not None else hear_epoch_ns(stop)
    # Without a time zero there is no traffic, and that too is accounted for.
    zero_ns = epoch_ns if epoch_ns is not None else time.monotonic_ns()
    traffic = _Traffic.of(plan, client_by, market, zero_ns, tell)
    if epoch_ns is not None:
        traffic.run(stop)
    traffic.settle()


def _retries(plan: GeneratorPlan, sent: Callable[[], int]) -> Retries:
    asked = plan.retries
    if not asked.base_ns:
        return NaiveRetries(asked.attempts)
    uniform = stream(plan.seed, "retries", plan.worker).random
    unbounded = ExponentialRetries(asked.attempts, asked.base_ns, asked.cap_ns, uniform)
    return unbounded if asked.budget is None else BudgetedRetries(unbounded, RetryBudget(asked.budget, BURST, sent))


def _trace_headers(plan: GeneratorPlan) -> TraceHeaders | None:
    return TraceHeaders(plan.seed, plan.run_token, plan.traces) if plan.traces else None


ClientBy = Callable[[Callable[[], int], CallCounts], Client]
"""From a clock, which starts later than the market is learnt, to the client that reads it and counts its calls."""


def _venue(plan: GeneratorPlan) -> tuple[ClientBy, list[Conventions]]:
    """How to reach the venue, and what it trades. Raises TargetUnavailable."""
    if plan.ccxt is not None:
        through = open_ccxt(plan.ccxt, plan.base_url, _account(plan), round(plan.timeout_ms), _connections_max(plan))
        return partial(_ccxt_client, plan, through), through.market(list(plan.symbols))
    enquirer = _client(plan, time.monotonic_ns, CallCounts(), None)
    market = learn_market(enquirer, list(plan.symbols))
    enquirer.close()
    return lambda clock, counts: _hedged(plan, _client(plan, clock, counts, _trace_headers(plan))), market


def _ccxt_client(plan: GeneratorPlan, through: CcxtVenue, clock: Callable[[], int], counts: CallCounts) -> Client:
    return _hedged(plan, CcxtClient(through, clock, counts))


def _hedged(plan: GeneratorPlan, client: Client) -> Client:
    return client if plan.hedge_reads_ns is None else HedgingClient(client, plan.hedge_reads_ns)


def _account(plan: GeneratorPlan) -> tuple[str, str]:
    return plan.keys[0].key, plan.keys[0].secret


def _connections_max(plan: GeneratorPlan) -> int:
    users_max = max((phase.users for phase in plan.phases if isinstance(phase, PlannedClosed)), default=0)
    at_once = plan.in_flight_max + -(-users_max // plan.workers)
    return plan.connections_max or at_once * (1 if plan.hedge_reads_ns is None else 2)


def _client(
    plan: GeneratorPlan, clock: Callable[[], int], counts: CallCounts, headers: TraceHeaders | None
) -> VenueClient:
    return venue_client(
        plan.base_url,
        _account(plan),
        clock=clock,
        wall_clock_ns=time.time_ns,
        timeout_ns=round(plan.timeout_ms * NS_PER_MS),
        connections_max=_connections_max(plan),
        counts=counts,
        headers=headers,
        named_host=plan.host,
        profile=plan.profile,
    )


def _health_watch(plan: GeneratorPlan, clock: Callable[[], int], counts: CallCounts) -> HealthWatch | None:
    if plan.health_file is None:
        return None
    return HealthWatch(Path(plan.health_file), plan.worker, clock, time.thread_time_ns, counts)


def _kind_of_session(
    plan: GeneratorPlan, ladders: Mapping[str, Ladder], symbols: Mapping[str, int]
) -> Callable[..., TrafficSession]:
    if not plan.traders:
        return TrafficSession
    floor = TradingFloor(
        plan.traders, symbols, ladders=ladders, seed=plan.seed, run_token=plan.run_token, worker=plan.worker
    )
    return partial(TradingSession, floor=floor)


@dataclass(slots=True)
class _Traffic:
    plan: GeneratorPlan
    session: TrafficSession
    environment: Environment
    store: SampleStore
    health: HealthWatch | None
    tell: Tell
    exhausted: Event = field(default_factory=Event)
    """Set once every arrival of the open phases was sent or dropped."""

    @classmethod
    def of(
        cls, plan: GeneratorPlan, client_by: ClientBy, market: list[Conventions], epoch_ns: int, tell: Tell
    ) -> "_Traffic":
        def clock() -> int:
            return time.monotonic_ns() - epoch_ns

        environment, counts = Environment(host=plan.base_url), CallCounts()
        store = SampleStore(Path(plan.samples_dir), plan.worker, plan.venue)
        accounting = Accounting(store.write_soon, plan.worker, plan.workers)
        ladders = {each.symbol: Ladder.of(each) for each in market}
        symbols = {symbol: plan.symbols.get(symbol, 1) for symbol in ladders}
        session = _kind_of_session(plan, ladders, symbols)(
            clock=clock,
            client=client_by(clock, counts),
            desk=Desk(ladders, stream(plan.seed, "desk", plan.worker), plan.run_token),
            accounting=accounting,
            fire=None,  # the samples are what is read of this process
            share=Share(plan.seed, plan.mix, symbols, plan.worker, plan.workers),
            in_flight_max=plan.in_flight_max,
            retries=_retries(plan, lambda: accounting.scheduled),
            retries_until_ns=max((phase.end_ns for phase in plan.phases), default=0),
            sweep=Sweep([_step(phase) for phase in plan.phases if isinstance(phase, PlannedClosed)]),
        )
        return cls(plan, session, environment, store, _health_watch(plan, clock, counts), tell)

    @property
    def end_ns(self) -> int:
        return max((phase.end_ns for phase in self.plan.phases), default=0)

    def run(self, stop: Event) -> None:
        """Until the end of the last phase and of what is in flight then, or until ``stop``."""
        users = self._bind_users()
        runner = self.environment.create_local_runner()
        progress = gevent.spawn(self._tell_progress)
        if self.health is not None:
            self.health.begin()
        ended = Event()
        spilling = gevent.spawn(self._spill_until, ended)
        runner.start(users, SPAWN_USERS_PER_S)
        stop.wait(max(0.0, (self.end_ns - self.session.clock()) / NS_PER_SECOND))
        if not stop.is_set():
            self._drain(stop)
        if self.health is not None:  # before the runner ends its users, which takes the loop a moment
            self.health.end()
        runner.quit()
        progress.kill()
        ended.set()
        spilling.join()  # not killed: it may be handing on a chunk

    def settle(self) -> None:
        """Everything that was due gets its outcome and is stored."""
        self.session.end_unfinished()
        self.session.client.close()
        self.session.accounting.flush()
        self.store.finish()
        self.tell(
            {
                "event": "done",
                "scheduled": self.session.accounting.scheduled,
                "outcomes": named(self.session.accounting.outcomes),
                "steps": self._counted(),
            }
        )

    def _bind_users(self) -> int:
        """Gives the environment its user classes; returns how many users to spawn, those of all steps at once."""
        closed = -(-self.session.sweep.users_max // self.plan.workers)
        self.environment.user_classes = [
            bound(ArrivalUser, session=self.session, source=self._arrivals, on_exhausted=self.exhausted.set),
            *([bound(ClosedUser, session=self.session)] if closed else []),
        ]
        return 1 + closed

    def _arrivals(self) -> Iterator[tuple[int, Ask]]:
        """Of all open phases, each from its start on, when its rate can be known."""
        for phase in self.plan.phases:
            if isinstance(phase, PlannedOpen):
                gevent.sleep(max(0.0, (phase.start_ns - self.session.clock()) / NS_PER_SECOND))
                yield from self.session.arrivals(phase, self._resolved_rate(phase))

    def _resolved_rate(self, phase: PlannedOpen) -> float:
        """A share of capacity is agreed on by all workers. What is due before it is known is late, and seen to be."""
        if phase.rate.per_s is not None:
            return phase.rate.per_s
        self.tell({"event": "counted", "phase": phase.name, "steps": self._counted()})
        return hear_rate_per_s(phase.name)

    def _counted(self) -> list[JsonValue]:
        """The answers of this worker's closed steps."""
        return [asdict(step) for step in self.session.sweep.steps]

    def _drain(self, stop: Event) -> None:
        """Whatever is in flight at the end is answered or times out by itself; only what does not is cut off."""
        give_up_ns = self.session.clock() + round(
            self.plan.timeout_ms * NS_PER_MS + DRAIN_MARGIN_SECONDS * NS_PER_SECOND
        )
        while not stop.is_set() and self.session.clock() < give_up_ns:
            if self.exhausted.is_set() and not self.session.accounting.in_flight:
                return
            gevent.sleep(DRAIN_POLL_SECONDS)

    def _spill_until(self, ended: Event) -> None:
        """Chunks that are not full are stored too, now and then: whoever kills this process shall not take them all."""
        while not ended.wait(self._seconds_to_next_spill()):
            self.session.accounting.flush()
            if self.plan.spill_s is not None:  # somebody watches
                self.store.show_soon(self.session.accounting.unfinished_at_best(self.session.clock()))

    def _seconds_to_next_spill(self) -> float:
        return self.plan.spill_s or seconds_to_next_spill(self.session.clock() / NS_PER_SECOND)

    def _tell_progress(self) -> None:
        while True:
            gevent.sleep(PROGRESS_SECONDS)
            now_ns = self.session.clock()
            step = self.session.sweep.at(now_ns)
            self.tell(
                {
                    "event": "progress",
                    "at_ns": now_ns,
                    "phase": next(
                        (each.name for each in self.plan.phases if each.start_ns <= now_ns < each.end_ns), ""
                    ),
                    "users": step.users if step else 0,
                    "in_flight": self.session.accounting.in_flight,
                    "scheduled": self.session.accounting.scheduled,
                    "outcomes": named(self.session.accounting.outcomes),
                    **self.session.window.read(),
                }
            )


def _step(phase: PlannedClosed) -> Step:
    return Step(phase.name, phase.users, phase.start_ns, phase.end_ns)
