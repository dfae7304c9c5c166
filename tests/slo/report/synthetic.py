"""A run that never happened, computed to the nanosecond: a single server with a bounded queue, driven and broken.

The server is the exchange of the design in miniature (first come first served, exponential service times, a queue
that sheds when full), so that the samples have the shape of real ones: a sweep that saturates, a surge over capacity,
a pause behind which requests pile up, a latency fault on one operation. The same seed gives the same rows.
"""

import heapq
import json
import random
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl

from slo.history import (
    SAMPLE_SCHEMA,
    Event,
    EventKind,
    EventLog,
    FaultRecord,
    HealthSecond,
    Operation,
    Outcome,
    PhaseKind,
    PhaseRecord,
    RunFolder,
    RunRecord,
    RunStatus,
    TargetRecord,
    write_samples,
)

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000
SERVICE_NS_MEAN = 1_000_000
NETWORK_NS = 150_000
QUEUE_LENGTH = 400
DEADLINE_MS = 250
TIMEOUT_MS = 1000
RUN_TOKEN = "5eed"
MIX = {
    Operation.ORDER_PLACE: 50,
    Operation.ORDER_CANCEL: 25,
    Operation.ORDER_QUERY: 10,
    Operation.BOOK_READ: 10,
    Operation.ACCOUNT_READ: 5,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server made of a request: refused at once, or done at ``end_ns``; ``paused`` if the pause delayed it."""

    end_ns: int
    shed: bool = False
    paused: bool = False


@dataclass(slots=True)
class Server:
    """One server, first come first served, that stands still for as long as the pause lasts."""

    rng: random.Random
    pause: FaultRecord | None
    free_at_ns: int = 0
    ends: deque[int] = field(default_factory=deque)

    def offer(self, at_ns: int) -> Reply:
        while self.ends and self.ends[0] <= at_ns:
            self.ends.popleft()
        if len(self.ends) > QUEUE_LENGTH:
            return Reply(at_ns, shed=True, paused=self._paused_between(at_ns, at_ns))
        begin = max(at_ns, self.free_at_ns)
        end = begin + round(self.rng.expovariate(1 / SERVICE_NS_MEAN))
        if self.pause is not None and begin < self.pause.at_ns + self.pause.for_ns and end > self.pause.at_ns:
            end += self.pause.at_ns + self.pause.for_ns - max(begin, self.pause.at_ns)
        self.free_at_ns = end
        self.ends.append(end)
        return Reply(end, paused=self._paused_between(at_ns, end))

    def _paused_between(self, begin_ns: int, end_ns: int) -> bool:
        pause = self.pause
        return pause is not None and begin_ns < pause.at_ns + pause.for_ns and end_ns >= pause.at_ns


@dataclass(slots=True)
class Synthesis:
    """Drives the server phase by phase and writes down a row for every arrival."""

    rng: random.Random
    server: Server
    latency: FaultRecord | None
    rows: list[dict[str, object]] = field(default_factory=list)

    def drive(self, phase: PhaseRecord) -> None:
        if phase.kind is PhaseKind.CLOSED:
            self._closed(phase)
        else:
            self._open(phase)

    def _closed(self, phase: PhaseRecord) -> None:
        ready = [(phase.start_ns + user * 1000, user) for user in range(phase.users or 1)]
        heapq.heapify(ready)
        while ready:
            due, user = heapq.heappop(ready)
            if due < phase.end_ns:
                heapq.heappush(ready, (self._send(due, lag_ns=0) + 20_000, user))

    def _open(self, phase: PhaseRecord) -> None:
        due = phase.start_ns
        while (due := due + round(self.rng.expovariate((phase.rate_per_s or 1) / NS_PER_S))) < phase.end_ns:
            lag_ns = round(self.rng.expovariate(1 / 60_000)) + (2_500_000 if self.rng.random() < 0.01 else 0)
            if (
                phase.name == "surge"
                and phase.start_ns + 5 * NS_PER_S // 10 < due < phase.start_ns + NS_PER_S * 52 // 100
            ):
                self._write_row(due, None, None, Outcome.DROPPED, self._operation())
            else:
                self._send(due, lag_ns)

    def _operation(self) -> Operation:
        return self.rng.choices(list(MIX), list(MIX.values()))[0]

    def _send(self, due_ns: int, lag_ns: int) -> int:
        """Send one request; returns when its outcome was known."""
        op, sent = self._operation(), due_ns + lag_ns
        reply = self.server.offer(sent + NETWORK_NS)
        done, fault = reply.end_ns + NETWORK_NS, self._touched(reply)
        outcome = Outcome.SHED if reply.shed else Outcome.OK
        if self.latency is not None and op is Operation.ORDER_PLACE and self._late_window(sent):
            done, fault = done + round(self.rng.uniform(150, 250) * NS_PER_MS), self.latency.id
        if done - sent > TIMEOUT_MS * NS_PER_MS:
            done, outcome = sent + TIMEOUT_MS * NS_PER_MS, Outcome.UNKNOWN if op.writes else Outcome.FAILED
        elif op is Operation.ACCOUNT_READ and self.rng.random() < 0.01:
            outcome = Outcome.THROTTLED
        self._write_row(due_ns, sent, done, outcome, op, fault)
        return done

    def _touched(self, reply: Reply) -> str | None:
        return self.server.pause.id if reply.paused and self.server.pause else None

    def _late_window(self, sent_ns: int) -> bool:
        fault = self.latency
        return fault is not None and fault.at_ns <= sent_ns < fault.at_ns + fault.for_ns

    def _write_row(  # noqa: PLR0917 - a row has as many columns
        self, due: int, sent: int | None, done: int | None, outcome: Outcome, op: Operation, fault: str | None = None
    ) -> None:
        status = {Outcome.OK: 200, Outcome.SHED: 503, Outcome.THROTTLED: 429}.get(outcome)
        self.rows.append(
            {
                "arrival": len(self.rows),
                "worker": 0,
                "venue": "mock",
                "op": op.value,
                "symbol": "BTCUSDT",
                "scheduled_ns": due,
                "sent_ns": sent,
                "done_ns": done,
                "outcome": outcome.value,
                "status": status,
                "code": -1008 if outcome is Outcome.SHED else None,
                "fault": fault,
            }
        )


def phases(step_s: float = 2.0) -> list[PhaseRecord]:
    """Warm-up, a sweep of seven steps, steady, surge, recover; ``step_s`` seconds a step, the others in proportion."""
    step_ns = round(step_s * NS_PER_S)
    plan: list[tuple[str, int, int | None, float | None, str | None]] = [
        ("warm-up", 1, None, 200.0, "200/s"),
        *(("sweep", 1, users, None, None) for users in (1, 2, 4, 8, 16, 32, 64)),
        ("steady", 5, None, 590.0, "60% of capacity"),
        ("surge", 3, None, 1380.0, "140% of capacity"),
        ("recover", 3, None, 590.0, "60% of capacity"),
    ]
    records, start = [], 0
    for name, steps, users, rate_per_s, rate in plan:
        end = start + steps * step_ns
        kind = PhaseKind.OPEN if users is None else PhaseKind.CLOSED
        records.append(
            PhaseRecord(name=name, kind=kind, start_ns=start, end_ns=end, users=users, rate_per_s=rate_per_s, rate=rate)
        )
        start = end
    return records


def faults(plan: list[PhaseRecord]) -> list[FaultRecord]:
    """A pause and a latency fault, both in the steady phase, where nothing else is wrong."""
    steady = next(phase for phase in plan if phase.name == "steady")
    length = steady.end_ns - steady.start_ns
    return [
        FaultRecord(
            id="pause-1", kind="pause", seam="process", at_ns=steady.start_ns + length // 4, for_ns=length * 16 // 100
        ),
        FaultRecord(
            id="latency-1",
            kind="latency",
            seam="wire",
            at_ns=steady.start_ns + length * 6 // 10,
            for_ns=length * 15 // 100,
            on={"op": "order.place"},
            parameters={"latency_ms": 200, "jitter_ms": 50},
        ),
    ]


def _events(record: RunRecord) -> Iterator[Event]:
    yield Event(at_ns=0, kind=EventKind.RUN_STARTED)
    for phase in record.phases:
        yield Event(at_ns=phase.start_ns, kind=EventKind.PHASE_STARTED, subject=phase.name)
    for fault in record.faults:
        yield Event(at_ns=fault.at_ns + 1_000_000, kind=EventKind.FAULT_APPLIED, subject=fault.id)
        yield Event(at_ns=fault.at_ns + fault.for_ns + 2_000_000, kind=EventKind.FAULT_HEALED, subject=fault.id)
    yield Event(at_ns=record.phases[-1].end_ns, kind=EventKind.RUN_ENDED)


def synthesize(
    seed: int = 7, step_s: float = 2.0, name: str = "synthetic", with_faults: bool = True
) -> tuple[RunRecord, pl.DataFrame, list[Event]]:
    """A record, its samples (without derived columns) and its events."""
    plan = phases(step_s)
    planned = faults(plan) if with_faults else []
    pause, latency = planned or (None, None)
    rng = random.Random(seed)  # noqa: S311 - a load, not a secret
    synthesis = Synthesis(rng, Server(rng, pause), latency)
    for phase in plan:
        synthesis.drive(phase)
    record = RunRecord(
        name=name,
        status=RunStatus.COMPLETE,
        seed=seed,
        started_at="2026-01-01T00:00:00Z",
        brownout="0.1.0",
        host={"python": "3.11.2", "platform": "Linux x86_64", "processors": 2},
        command=["brownout", "run", name, "--seed", str(seed)],
        target=TargetRecord(
            kind="embedded",
            url="http://127.0.0.1:8080",
            venue="mock",
            exchange={"service_time": {"distribution": "exponential", "mean": "1ms"}},
        ),
        phases=plan,
        faults=planned,
        scheduled=len(synthesis.rows),
        capacity_per_s=985.0,
        deadline_ms=Decimal(DEADLINE_MS),
        timeout_ms=Decimal(TIMEOUT_MS),
        objectives=["order-entry.yaml"],
    )
    frame = pl.DataFrame(synthesis.rows, schema=dict(SAMPLE_SCHEMA)).sort("scheduled_ns", "worker", "arrival")
    return record, frame, list(_events(record))


def seconds_of_the_generator(samples: pl.DataFrame) -> list[HealthSecond]:
    """Each arrival that was sent is a call, one that was shed two more; the fifth second has a stall of 40 ms."""
    sent = samples.filter(pl.col("sent_ns").is_not_null()).with_columns(second=pl.col("scheduled_ns") // NS_PER_S)
    calls = pl.len() + 2 * (pl.col("outcome") == "shed").sum()
    counted = sent.group_by("second").agg(calls=calls).sort("second")
    return [
        HealthSecond(
            worker=0,
            start_ns=second * NS_PER_S,
            end_ns=(second + 1) * NS_PER_S,
            busy_ns=number * 100_000,
            stall_ns_max=(40 if second == 5 else 1) * NS_PER_MS,
            stalled_ns=40 * NS_PER_MS if second == 5 else 0,
            calls=number,
            pool_waits=3 if second == 7 else 0,
            pool_wait_ns_max=2 * NS_PER_MS if second == 7 else 0,
        )
        for second, number in counted.iter_rows()
    ]


def synthesize_feed(seed: int = 7, seconds: int = 120) -> tuple[RunRecord, pl.DataFrame, list[Event]]:
    """Two venues' feeds; the first stands still at a third of the time for 8 s and then drains, as in the crash."""
    rng = random.Random(seed)  # noqa: S311 - a load, not a secret
    rows: list[dict[str, object]] = []
    stall_from, stall_to = seconds * NS_PER_S // 3, (seconds // 3 + 8) * NS_PER_S
    for venue, delay_ms, rate_per_s in (("alpha", 3.0, 40), ("beta", 60.0, 15)):
        due = 0
        while (due := due + round(rng.expovariate(rate_per_s / NS_PER_S))) < seconds * NS_PER_S:
            done = due + round(delay_ms * NS_PER_MS * rng.lognormvariate(0, 0.4))
            if venue == "alpha" and stall_from <= due < stall_to:
                done = max(done, stall_to + (due - stall_from) // 8)
            rows.append({"venue": venue, "symbol": "BTC-USD", "scheduled_ns": due, "sent_ns": due, "done_ns": done})
    frame = pl.DataFrame(rows).sort("scheduled_ns", "venue").with_row_index("arrival")
    frame = frame.with_columns(
        worker=0, op=pl.lit("feed.event"), outcome=pl.lit("ok"), status=None, code=None, fault=None
    )
    record = RunRecord(
        name="feed",
        status=RunStatus.COMPLETE,
        seed=0,
        started_at="2025-10-10T21:12:00Z",
        brownout="0.1.0",
        command=["brownout", "import", "trades.csv.gz", "--out", "feed"],
        target=TargetRecord(kind="tape", venue="alpha, beta"),
        phases=[PhaseRecord(name="feed", kind=PhaseKind.FEED, start_ns=0, end_ns=seconds * NS_PER_S)],
        scheduled=frame.height,
        deadline_ms=Decimal(100),
        objectives=["feed.yaml"],
    )
    return record, frame.select(pl.col(name).cast(dtype) for name, dtype in SAMPLE_SCHEMA.items()), []


def ledger_lines(samples: pl.DataFrame) -> list[str]:
    """The exchange's account: every accepted order, and of the unknown ones those with an even arrival number."""
    orders = samples.filter(
        (pl.col("op") == "order.place")
        & ((pl.col("outcome") == "ok") | ((pl.col("outcome") == "unknown") & (pl.col("arrival") % 2 == 0)))
    )
    return [
        json.dumps({"symbol": "BTCUSDT", "orderId": number, "clientOrderId": f"bo-{RUN_TOKEN}-{arrival}"})
        for number, arrival in enumerate(orders["arrival"], start=1)
    ]


def write_run(
    folder: RunFolder,
    record: RunRecord,
    samples: pl.DataFrame,
    events: list[Event],
    seconds: Sequence[HealthSecond] = (),
) -> None:
    """Lay the run out in a folder as ``brownout run`` leaves it."""
    folder.health.mkdir(parents=True, exist_ok=True)
    lines = (f"{second.model_dump_json()}\n" for second in seconds)
    (folder.health / "worker-0.jsonl").write_text("".join(lines))
    folder.samples.mkdir(parents=True, exist_ok=True)
    folder.write_record(record)
    write_samples(samples, folder.samples / "worker-0.parquet")
    with EventLog(folder.events) as log:
        for event in events:
            log.record(event)
