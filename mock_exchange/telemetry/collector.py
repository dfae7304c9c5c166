"""The collector: who speaks OTLP over HTTP to it, and what is said when it does not answer.

Imported only where something is sent: the exporters bring an HTTP client along, which takes a while to load.
"""

import logging
import random
from collections.abc import Callable
from typing import Any

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics.export import (
    MetricExportResult,
    MetricReader,
    MetricsData,
    PeriodicExportingMetricReader,
)
from opentelemetry.sdk.resources import Resource

from mock_exchange.telemetry.points import Durations
from mock_exchange.telemetry.span_export import SpanExport
from mock_exchange.telemetry.spans import Spans

_LOGGER = logging.getLogger(__name__)


class WholeExporter(OTLPMetricExporter):
    """Sends our durations with everything else; ``on_refused`` is told when nobody took it."""

    def __init__(self, address: str, durations: Durations, on_refused: Callable[[], None]) -> None:
        super().__init__(endpoint=address)
        self._durations = durations
        self._on_refused = on_refused

    def export(
        self, metrics_data: MetricsData, timeout_millis: float | None = 10_000, **kwargs: Any
    ) -> MetricExportResult:
        result = super().export(self._durations.added_to(metrics_data), timeout_millis, **kwargs)
        if result is not MetricExportResult.SUCCESS:
            self._on_refused()
        return result


def metric_reader(address: str, durations: Durations, interval_ms: int) -> MetricReader:
    """Sends all metrics in an interval, from a thread of its own."""
    exporter = WholeExporter(address, durations, _complaint("metrics", address))
    return PeriodicExportingMetricReader(exporter, export_interval_millis=interval_ms)


def span_export(address: str, resource: Resource, rng: random.Random, waiting_max: int) -> SpanExport:
    """Sends spans as they come, from a thread of its own."""
    exporter = OTLPSpanExporter(endpoint=address)
    return SpanExport(exporter, Spans(resource, rng).span, waiting_max, _complaint("traces", address))


def _complaint(what: str, address: str) -> Callable[[], None]:
    """Says on its first call that the collector does not take it, and nothing after that."""
    # The exporters say it for every attempt, which would drown everything else.
    logging.getLogger("opentelemetry.exporter").setLevel(logging.CRITICAL)
    said = False

    def complain() -> None:
        nonlocal said
        if not said:
            _LOGGER.warning("the collector at %s does not take our %s; the exchange goes on without", address, what)
        said = True

    return complain
