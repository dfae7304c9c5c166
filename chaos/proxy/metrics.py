"""GET /metrics, for Prometheus: bytes by proxy and direction under Toxiproxy's names, and whom our faults have hit."""

from collections.abc import Iterable, Iterator
from http import HTTPStatus

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from chaos.proxy.faults import FaultsInForce
from chaos.proxy.http_server import Reply
from chaos.proxy.listener import Listener

_PROXY_LABELS = ("direction", "proxy", "listener", "upstream")
"""Those of Toxiproxy (collectors/proxy.go)."""


class _Counts(Collector):
    """Read at the moment of asking: nothing is counted twice."""

    def __init__(self, listeners: Iterable[Listener], faults: FaultsInForce) -> None:
        self._listeners = listeners
        self._faults = faults

    def collect(self) -> Iterator[CounterMetricFamily]:
        received = CounterMetricFamily(
            "toxiproxy_proxy_received_bytes", "Bytes that came in, this way.", labels=_PROXY_LABELS
        )
        sent = CounterMetricFamily("toxiproxy_proxy_sent_bytes", "Bytes that went out, this way.", labels=_PROXY_LABELS)
        for listener in self._listeners:
            for direction, traffic in listener.traffic.items():
                labels = (direction, listener.name, str(listener.listen), str(listener.upstream))
                received.add_metric(labels, traffic.received)
                sent.add_metric(labels, traffic.sent)
        yield from (received, sent, *self._of_faults())

    def _of_faults(self) -> Iterator[CounterMetricFamily]:
        labels = ("fault", "kind", "proxy")
        seen = CounterMetricFamily("brownout_fault_seen", "Requests that a fault in force has selected.", labels=labels)
        hits = CounterMetricFamily("brownout_fault_hits", "Requests that a fault in force has touched.", labels=labels)
        for fault in self._faults.active.values():
            values = (fault.id, fault.fault.kind, fault.proxy or "")
            seen.add_metric(values, fault.seen)
            hits.add_metric(values, fault.hits)
        yield from (seen, hits)


def metrics(listeners: Iterable[Listener], faults: FaultsInForce) -> Reply:
    registry = CollectorRegistry()
    registry.register(_Counts(listeners, faults))
    return Reply(HTTPStatus.OK, text=generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
