"""Metrics: instruments whose callbacks read integers that exist anyway, for Prometheus and for a collector.

Nothing here is on the way of a request; the price of a metric is paid by whoever reads it. Names are OpenTelemetry's
where it has one (``http.server.request.duration``); Prometheus sees them with underscores and units.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from opentelemetry.metrics import CallbackOptions, Meter, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader
from opentelemetry.sdk.resources import Resource
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest

from mock_exchange.admission import AdmissionQueue
from mock_exchange.clock import Clock
from mock_exchange.gateway.tally import Ending, Tally
from mock_exchange.gateway.time_unit import MicrosecondTurn
from mock_exchange.http.server import HttpServer
from mock_exchange.http.turn import Turn
from mock_exchange.limits.metered import MeteredTurn
from mock_exchange.stages import STAGES, StageLog
from mock_exchange.streams.outbox import Outbox
from mock_exchange.telemetry.histograms import DurationLog, Histogram
from mock_exchange.telemetry.loop_lag import LoopLag
from mock_exchange.telemetry.points import Duration, Durations, ScrapeReader, Series
from mock_exchange.websocket.server import WebSocketServer

_NS_PER_S = 1e9
_REST_TURNS = (Turn, MeteredTurn, MicrosecondTurn)

Callback = Callable[[CallbackOptions], Iterable[Observation]]


class Sent(Protocol):
    """Who sends spans."""

    @property
    def sent(self) -> int: ...

    @property
    def lost(self) -> int: ...


class JournalCounts(Protocol):
    """What makes commands durable."""

    sync_count: int
    sync_ns: int
    written_bytes: int

    @property
    def pending_count(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the numbers are."""

    tally: Tally
    stages: StageLog
    durations: DurationLog | None
    loop_lag: LoopLag | None
    spans: Sent | None
    queue: AdmissionQueue
    server: HttpServer
    websocket: WebSocketServer
    streams: Outbox
    orders: Callable[[], int]
    """How many orders were accepted so far."""
    trades: Callable[[], int]
    """How many trades there were since the exchange was founded, those of its opening included."""
    journal: JournalCounts | None = None
    """None where nothing is kept."""


class Metering:
    """One registry per exchange, so that several can live in a process."""

    def __init__(
        self,
        sources: Sources,
        clock: Clock,
        *,
        resource: Resource,
        further_readers: Callable[[Durations], Sequence[MetricReader]],
    ) -> None:
        """``further_readers`` send everything to where nobody scrapes."""
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        durations = Durations(_durations(sources), clock.wall_ns)
        readers = [ScrapeReader(durations, self._registry), *further_readers(durations)]
        self._provider = MeterProvider(metric_readers=readers, resource=resource, shutdown_on_exit=False)
        meter = self._provider.get_meter("mock_exchange")
        _observe_traffic(meter, sources)
        _observe_queue(meter, sources, clock.monotonic_ns)
        _observe_connections(meter, sources.server)
        _observe_streams(meter, sources.websocket, sources.streams)
        if sources.journal is not None:
            _observe_journal(meter, sources.journal)
        if sources.spans is not None:
            _observe_spans(meter, sources.spans)

    def exposition(self) -> bytes:
        """Prometheus text format."""
        return generate_latest(self._registry)

    def close(self, timeout_ms: int) -> None:
        """Send what is to be sent, for so long at the most."""
        self._provider.shutdown(timeout_millis=timeout_ms)


def _durations(sources: Sources) -> Iterator[Duration]:
    if sources.durations is not None:
        yield from _of_requests(sources.durations)
    if sources.loop_lag is not None:
        lag = sources.loop_lag.histogram
        yield Duration("exchange.loop.lag", "How late the event loop called a timer", lambda: [({}, lag)])
    if sources.durations is not None:
        told = "From a batch's first change to the last message of it in a market stream"
        yield Duration("exchange.stream.lag", told, lambda: [({}, sources.streams.lag)])


def _of_requests(log: DurationLog) -> Iterator[Duration]:
    def whole() -> Iterator[Series]:
        # Several kinds of turn come over one scheme, and a series may be there only once.
        merged: dict[tuple[str, int, str], Histogram] = {}
        for (operation, status, turn), histogram in tuple(log.requests.items()):
            key = operation, status, "http" if turn in _REST_TURNS else "ws"
            merged[key] = merged[key].with_all_of(histogram) if key in merged else histogram
        for (operation, status, scheme), histogram in merged.items():
            yield {"operation": operation, "http.response.status_code": status, "url.scheme": scheme}, histogram

    def in_stages() -> Iterator[Series]:
        for stage, histogram in zip(STAGES, log.stages, strict=True):
            yield {"stage": stage}, histogram

    yield Duration("http.server.request.duration", "From a queued request's last byte to its reply", whole)
    yield Duration("exchange.stage.duration", "What queued requests spent in each stage", in_stages)


def _one(read: Callable[[], float]) -> Callback:
    return lambda _: (Observation(read()),)


def _observe_traffic(meter: Meter, sources: Sources) -> None:
    def requests(_: CallbackOptions) -> Iterable[Observation]:
        for operation, counts in sources.tally.by_operation.items():
            for ending in Ending:
                yield Observation(counts[ending], {"operation": operation, "outcome": ending.name.lower()})

    meter.create_observable_counter(
        "exchange.requests", [requests], description="Requests answered, by operation and outcome"
    )
    meter.create_observable_counter(
        "exchange.served", [_one(lambda: sources.stages.count)], description="Requests that left the queue"
    )
    meter.create_observable_counter(
        "exchange.orders", [_one(sources.orders)], description="Orders accepted by the engine"
    )
    meter.create_observable_counter(
        "exchange.trades", [_one(sources.trades)], description="Trades, since the exchange was founded"
    )


def _observe_queue(meter: Meter, sources: Sources, monotonic_ns: Callable[[], int]) -> None:
    queue = sources.queue

    def age_seconds() -> float:
        head = queue.head()
        return (monotonic_ns() - head.queued_ns) / _NS_PER_S if head is not None else 0.0

    meter.create_observable_gauge(
        "exchange.queue.length", [_one(lambda: len(queue))], description="Requests that wait or are in service"
    )
    meter.create_observable_gauge(
        "exchange.queue.age", [_one(age_seconds)], unit="s", description="Age of the oldest unserved request"
    )
    meter.create_observable_counter(
        "exchange.shed", [_one(lambda: sources.tally.shed)], description="Requests refused because the queue was full"
    )


def _observe_connections(meter: Meter, server: HttpServer) -> None:
    meter.create_observable_gauge(
        "exchange.connections", [_one(lambda: server.connection_count)], description="Open REST connections"
    )
    meter.create_observable_counter(
        "exchange.connections.accepted", [_one(lambda: server.accepted)], description="REST connections since the start"
    )
    meter.create_observable_counter(
        "exchange.connections.refused",
        [_one(lambda: server.turned_away)],
        description="REST connections over the limit",
    )


def _observe_streams(meter: Meter, server: WebSocketServer, streams: Outbox) -> None:
    meter.create_observable_gauge(
        "exchange.websockets", [_one(lambda: server.connection_count)], description="Open WebSocket connections"
    )
    meter.create_observable_counter(
        "exchange.websockets.accepted",
        [_one(lambda: server.accepted)],
        description="WebSocket connections since the start",
    )
    meter.create_observable_counter(
        "exchange.websockets.cut", [_one(lambda: server.cut_slow)], description="WebSockets cut as too slow to read"
    )
    meter.create_observable_counter(
        "exchange.stream.messages",
        [_one(lambda: streams.messages)],
        description="Messages of market streams handed to connections",
    )


def _observe_journal(meter: Meter, journal: JournalCounts) -> None:
    meter.create_observable_counter(
        "exchange.journal.syncs", [_one(lambda: journal.sync_count)], description="Writes of the journal that are safe"
    )
    meter.create_observable_counter(
        "exchange.journal.sync.time",
        [_one(lambda: journal.sync_ns / _NS_PER_S)],
        unit="s",
        description="Time that these writes took with their syncs",
    )
    meter.create_observable_counter(
        "exchange.journal.written", [_one(lambda: journal.written_bytes)], unit="By", description="Bytes of the journal"
    )
    meter.create_observable_gauge(
        "exchange.journal.pending", [_one(lambda: journal.pending_count)], description="Commands that are not safe yet"
    )


def _observe_spans(meter: Meter, spans: Sent) -> None:
    meter.create_observable_counter(
        "exchange.spans.sent", [_one(lambda: spans.sent)], description="Spans that the collector took"
    )
    meter.create_observable_counter(
        "exchange.spans.lost", [_one(lambda: spans.lost)], description="Spans without room, or that no collector took"
    )
