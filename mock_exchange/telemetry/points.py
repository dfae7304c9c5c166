"""Our histograms as OpenTelemetry's data model has them, added to what its own instruments collected.

OpenTelemetry's Python API has no histogram that is read when asked for, and calling one for every request costs more
than an order. So ours are counted in integers, and join the others here, whoever reads: a scrape or an exporter.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    HistogramDataPoint,
    Metric,
    MetricsData,
    ResourceMetrics,
    ScopeMetrics,
)
from opentelemetry.sdk.metrics.export import Histogram as HistogramData
from prometheus_client import CollectorRegistry

from mock_exchange.telemetry.histograms import BOUNDS_NS, Histogram

_NS_PER_S = 1e9
_BOUNDS_S: Final = tuple(bound / _NS_PER_S for bound in BOUNDS_NS)
_UNKNOWN = cast("float", None)
"""Least and largest value are optional in OTLP, though not in the SDK's types; we do not keep them."""


Series = tuple[Mapping[str, str | int], Histogram]
"""Attributes, and what was counted for them."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A metric in seconds; ``series`` gives what it holds at this moment."""

    name: str
    description: str
    series: Callable[[], Iterable[Series]]


class Durations:
    """All of them, and since when they count."""

    def __init__(self, metrics: Iterable[Duration], wall_ns: Callable[[], int]) -> None:
        self._metrics = tuple(metrics)
        self._wall_ns = wall_ns
        self._began_ns = wall_ns()

    def added_to(self, collected: MetricsData) -> MetricsData:
        """The same data, with our metrics in its first scope."""
        first, *others = collected.resource_metrics
        scope, *scopes = first.scope_metrics
        now_ns = self._wall_ns()
        whole = ScopeMetrics(
            scope.scope, [*scope.metrics, *(self._point(each, now_ns) for each in self._metrics)], scope.schema_url
        )
        return replace(
            collected,
            resource_metrics=[ResourceMetrics(first.resource, [whole, *scopes], first.schema_url), *others],
        )

    def _point(self, metric: Duration, now_ns: int) -> Metric:
        points = [self._data(series, now_ns) for series in metric.series()]
        return Metric(metric.name, metric.description, "s", HistogramData(points, AggregationTemporality.CUMULATIVE))

    def _data(self, series: Series, now_ns: int) -> HistogramDataPoint:
        attributes, histogram = series
        counts = histogram.counts.copy()  # the exporter's thread reads while the loop counts
        return HistogramDataPoint(
            attributes=attributes,
            start_time_unix_nano=self._began_ns,
            time_unix_nano=now_ns,
            count=sum(counts),
            sum=histogram.sum_ns / _NS_PER_S,
            bucket_counts=counts,
            explicit_bounds=_BOUNDS_S,
            min=_UNKNOWN,
            max=_UNKNOWN,
        )


class ScrapeReader(PrometheusMetricReader):
    """Hands everything to a Prometheus registry whenever it is scraped."""

    def __init__(self, durations: Durations, registry: CollectorRegistry) -> None:
        super().__init__(disable_target_info=True, scope_info_enabled=False, registry=registry)
        self._durations = durations

    def _receive_metrics(self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: Any) -> None:
        super()._receive_metrics(self._durations.added_to(metrics_data), timeout_millis, **kwargs)
