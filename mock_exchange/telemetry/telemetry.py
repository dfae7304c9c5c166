"""All of it together: what watches batches of replies, what stands in front of the gateway, what is scraped."""

import asyncio
import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from opentelemetry.sdk.metrics.export import MetricReader
from opentelemetry.sdk.resources import Resource

from mock_exchange.clock import Clock
from mock_exchange.http.service import Service
from mock_exchange.stages import BatchObserver, Ticket
from mock_exchange.telemetry.histograms import DurationLog
from mock_exchange.telemetry.loop_lag import LoopLag
from mock_exchange.telemetry.metering import Metering, Sources
from mock_exchange.telemetry.points import Durations
from mock_exchange.telemetry.settings import TelemetrySettings
from mock_exchange.telemetry.tracing import Tracing

if TYPE_CHECKING:
    from mock_exchange.telemetry.span_export import SpanExport

_FAREWELL_MS = 2000
"""How long the end of the process may be held up by what is still to be sent."""

Submit = Callable[[Ticket], bool]


class Telemetry:
    """Made before what it watches; ``measure`` follows when that is there."""

    def __init__(self, settings: TelemetrySettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._resource = Resource.create({"service.name": settings.service_name})
        self.durations = DurationLog() if settings.counts_durations else None
        self.loop_lag: LoopLag | None = None
        if self.durations is not None:
            self.loop_lag = LoopLag(asyncio.get_running_loop(), clock.monotonic_ns, self.durations.fold)
        self.spans: SpanExport | None = None
        self._tracing: Tracing | None = None
        if settings.traces_to is not None:
            self._tracing = self._new_tracing(settings.traces_to)
        self._metering: Metering | None = None

    @property
    def observers(self) -> Sequence[BatchObserver]:
        """Who wants to see batches of replies: nobody, where nothing is counted and nothing traced."""
        counting = (self.durations.record,) if self.durations is not None else ()
        return (*counting, self._tracing.record) if self._tracing is not None else counting

    def in_front_of(self, service: Service, submit: Submit) -> tuple[Service, Submit]:
        """What connections ask and what queues tickets: those given, unless traces are sent."""
        if self._tracing is None:
            return service, submit
        self._tracing.in_front_of(service, submit)
        return self._tracing, self._tracing.submit

    def measure(self, sources: Sources) -> None:
        self._metering = Metering(sources, self._clock, resource=self._resource, further_readers=self._readers)

    def exposition(self) -> bytes:
        """Prometheus text format; empty before there is anything to measure."""
        if self.durations is not None:
            self.durations.fold()
        return self._metering.exposition() if self._metering is not None else b""

    def close(self) -> None:
        if self.loop_lag is not None:
            self.loop_lag.close()
        if self.durations is not None:
            self.durations.fold()
        if self.spans is not None:
            self.spans.close(_FAREWELL_MS)
        if self._metering is not None:
            self._metering.close(_FAREWELL_MS)

    def _new_tracing(self, address: str) -> Tracing:
        from mock_exchange.telemetry.collector import span_export  # noqa: PLC0415 - slow to load, rarely needed

        rng = random.Random()  # noqa: S311 - ids that differ between processes, not secrets
        self.spans = span_export(address, self._resource, rng, self._settings.spans_waiting_max)
        return Tracing(self._settings.sampling, self.spans.keep, self._clock, rng)

    def _readers(self, durations: Durations) -> list[MetricReader]:
        if self._settings.metrics_to is None:
            return []
        from mock_exchange.telemetry.collector import metric_reader  # noqa: PLC0415 - slow to load, rarely needed

        return [metric_reader(self._settings.metrics_to, durations, self._settings.interval_ms)]
