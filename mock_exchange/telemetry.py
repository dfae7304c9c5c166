"""Metrics: OpenTelemetry instruments whose callbacks read integers that exist anyway, exported for Prometheus.

Nothing here is on the way of a request; the price of a metric is paid by the scrape.
"""

from collections.abc import Callable, Iterable

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import CallbackOptions, Meter, Observation
from opentelemetry.sdk.metrics import MeterProvider
from prometheus_client import CollectorRegistry, generate_latest

from mock_exchange.admission import AdmissionQueue
from mock_exchange.gateway.tally import Ending, Tally
from mock_exchange.http.server import HttpServer
from mock_exchange.stages import STAGES, StageLog

_NS_PER_S = 1e9

Callback = Callable[[CallbackOptions], Iterable[Observation]]


class Telemetry:
    """One registry per exchange, so that several can live in a process."""

    def __init__(
        self,
        *,
        tally: Tally,
        stages: StageLog,
        queue: AdmissionQueue,
        server: HttpServer,
        orders: Callable[[], int],
        monotonic_ns: Callable[[], int],
    ) -> None:
        """``orders`` tells how many orders were accepted so far."""
        self._registry = CollectorRegistry()
        reader = PrometheusMetricReader(disable_target_info=True, scope_info_enabled=False, registry=self._registry)
        self._provider = MeterProvider(metric_readers=[reader], shutdown_on_exit=False)
        meter = self._provider.get_meter("mock_exchange")
        _observe_traffic(meter, tally, stages)
        _observe_queue(meter, queue, tally, monotonic_ns)
        _observe_connections(meter, server)
        meter.create_observable_counter("exchange_orders", [_one(orders)], description="Orders accepted by the engine")

    def exposition(self) -> bytes:
        """Prometheus text format."""
        return generate_latest(self._registry)

    def close(self) -> None:
        self._provider.shutdown()


def _one(read: Callable[[], float]) -> Callback:
    return lambda _: (Observation(read()),)


def _observe_traffic(meter: Meter, tally: Tally, stages: StageLog) -> None:
    def requests(_: CallbackOptions) -> Iterable[Observation]:
        for operation, counts in tally.by_operation.items():
            for ending in Ending:
                yield Observation(counts[ending], {"operation": operation, "outcome": ending.name.lower()})

    def stage_seconds(_: CallbackOptions) -> Iterable[Observation]:
        for name, total_ns in zip(STAGES, stages.total_ns, strict=True):
            yield Observation(total_ns / _NS_PER_S, {"stage": name})

    meter.create_observable_counter(
        "exchange_requests", [requests], description="Requests answered, by operation and outcome"
    )
    meter.create_observable_counter(
        "exchange_stage", [stage_seconds], unit="s", description="Time that queued requests spent in each stage"
    )
    meter.create_observable_counter(
        "exchange_served", [_one(lambda: stages.count)], description="Requests that left the queue"
    )


def _observe_queue(meter: Meter, queue: AdmissionQueue, tally: Tally, monotonic_ns: Callable[[], int]) -> None:
    def age_seconds() -> float:
        head = queue.head()
        return (monotonic_ns() - head.queued_ns) / _NS_PER_S if head is not None else 0.0

    meter.create_observable_gauge(
        "exchange_queue_length", [_one(lambda: len(queue))], description="Requests that wait or are in service"
    )
    meter.create_observable_gauge(
        "exchange_queue_age", [_one(age_seconds)], unit="s", description="Age of the oldest unserved request"
    )
    meter.create_observable_counter(
        "exchange_shed", [_one(lambda: tally.shed)], description="Requests refused because the queue was full"
    )


def _observe_connections(meter: Meter, server: HttpServer) -> None:
    meter.create_observable_gauge(
        "exchange_connections", [_one(lambda: server.connection_count)], description="Open REST connections"
    )
    meter.create_observable_counter(
        "exchange_connections_accepted", [_one(lambda: server.accepted)], description="REST connections since the start"
    )
    meter.create_observable_counter(
        "exchange_connections_refused",
        [_one(lambda: server.turned_away)],
        description="REST connections over the limit",
    )
