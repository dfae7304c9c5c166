"""Metrics: bytes by proxy and direction, and whom faults have hit, as Prometheus reads them."""

from prometheus_client.parser import text_string_to_metric_families

from tests.chaos.running_proxy import RunningProxy, exchange_bytes, request
from tests.chaos.toxics import name_of, toxic


def samples(proxy: RunningProxy) -> dict[tuple[str, str, str], float]:
    """By name, proxy, and direction or kind."""
    response, text = exchange_bytes(proxy.api.removeprefix("http://"), "GET", "/metrics", None)
    assert response.status == 200
    assert (response.getheader("Content-Type") or "").startswith("text/plain")
    return {
        (each.name, each.labels["proxy"], each.labels.get("direction") or each.labels["kind"]): each.value
        for family in text_string_to_metric_families(text.decode())
        for each in family.samples
    }


def test_bytes_are_counted_both_ways_and_hits_by_fault(proxy: RunningProxy, venue: str) -> None:
    name = name_of(proxy, venue)
    with toxic(proxy, venue, "latency", attributes={"latency": 0}):
        answered = request(venue, "/")
        found = samples(proxy)
    sent = found["toxiproxy_proxy_sent_bytes_total", name, "downstream"]
    assert sent == found["toxiproxy_proxy_received_bytes_total", name, "downstream"] + len(
        f"X-Brownout-Fault: {answered.faults}\r\n"
    )
    asked = found["toxiproxy_proxy_received_bytes_total", name, "upstream"]
    assert asked == found["toxiproxy_proxy_sent_bytes_total", name, "upstream"] > 0
    assert found["brownout_fault_seen_total", name, "chunk_latency"] == 1
    assert found["brownout_fault_hits_total", name, "chunk_latency"] == 1
    assert ("brownout_fault_hits_total", name, "chunk_latency") not in samples(proxy)
