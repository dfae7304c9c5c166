"""A span for each order, with its stages, in the trace of whoever sent it; and nothing breaks without a collector."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.raw_socket import connected
from tests.mock_exchange.served import FREE_PORTS, KEY, SECRET, Served, command_line, limit_order, serving, signed
from tests.mock_exchange.telemetry.collecting import Collected, attributes_of, collecting

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"
STAGES = ["accepted", "parsed", "queued", "taken", "matched", "synced", "written"]


@pytest.fixture
def collected() -> Iterator[Collected]:
    with collecting() as collected:
        yield collected


def order_in_trace(served: Served, header: str, **changes: object) -> int:
    """Place an order with that line among its headers; the reply's status."""
    body = signed(limit_order(**changes))
    head = f"POST /api/v3/order HTTP/1.1\r\nX-MBX-APIKEY: {KEY}\r\n{header}\r\nContent-Length: {len(body)}\r\n\r\n"
    with connected(served) as client:
        client.send((head + body).encode())
        return client.read_reply()[0]


def test_an_order_is_a_span_in_its_sender_s_trace(collected: Collected) -> None:
    with serving({"telemetry": {"endpoint": collected.address, "traces": 0, "service_name": "venue"}}) as served:
        served.place(newClientOrderId="not-traced")
        order_in_trace(served, f"traceparent: 00-{TRACE}-{PARENT}-01", newClientOrderId="traced")
        order_in_trace(served, f"Traceparent: 00-{TRACE}-{PARENT}-00", newClientOrderId="not-sampled")
        truth = {order["clientOrderId"]: order for order in served.admin_lines("/truth")}
        eventually(lambda: bool(collected.spans), "a span")
    (span,) = collected.spans
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (TRACE, PARENT)
    assert (span.name, span.kind) == ("POST /api/v3/order", 2)
    assert attributes_of(span) == {
        "exchange.operation": "order.place",
        "exchange.outcome": "done",
        "exchange.symbol": "BTCUSDT",
        "exchange.client_order_id": "traced",
        "exchange.order_id": truth["traced"]["orderId"],
        "exchange.order_status": "NEW",
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "url.path": "/api/v3/order",
        "url.scheme": "http",
    }
    assert collected.services == {"venue"}


def test_the_stages_of_a_span_are_those_of_the_request(collected: Collected) -> None:
    with serving({"telemetry": {"endpoint": collected.address}}) as served:
        placed = served.place().json
        (record,) = served.admin_lines("/stages")
        eventually(lambda: bool(collected.spans), "a span")
    (span,) = collected.spans
    moments_ns = [event.time_unix_nano for event in span.events]
    assert [event.name for event in span.events] == STAGES
    assert (span.start_time_unix_nano, span.end_time_unix_nano) == (moments_ns[0], moments_ns[-1])
    passed_ns = [moment_ns - moments_ns[0] for moment_ns in moments_ns]
    assert passed_ns == [record[f"{stage}_ns"] - record["accepted_ns"] for stage in STAGES]
    assert abs(moments_ns[3] // 1_000_000 - placed["transactTime"]) < 60_000  # of this day, not of the host's start


def test_what_was_refused_is_a_span_too(collected: Collected) -> None:
    with serving({"telemetry": {"endpoint": collected.address}}) as served:
        served.place(price="x", newClientOrderId="bad-price")
        served.place(quantity="1000000", price="1", newClientOrderId="too-much")
        served.get("/nowhere")
        served.get("/api/v3/ping")
    spans = {
        (each["exchange.operation"], each["exchange.outcome"]): each for each in map(attributes_of, collected.spans)
    }
    assert set(spans) == {("order.place", "rejected"), ("other", "rejected"), ("meta.read", "done")}
    rejected = [each for each in map(attributes_of, collected.spans) if each["exchange.operation"] == "order.place"]
    assert {each["exchange.client_order_id"]: each["exchange.error_code"] for each in rejected} == {
        "bad-price": -1100,
        "too-much": -1013,
    }
    assert {each["exchange.symbol"] for each in rejected} == {"BTCUSDT"}


def test_what_was_shed_is_a_span_too(collected: Collected) -> None:
    config = {
        "service_time": {"distribution": "constant", "mean": "1h"},
        "queue": {"length": 1},
        "limits": {"drain_deadline": "1ms"},
        "telemetry": {"endpoint": collected.address},
    }
    with serving(config) as served, connected(served) as client:
        body = signed(limit_order())
        order = f"POST /api/v3/order HTTP/1.1\r\nX-MBX-APIKEY: {KEY}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        client.send(order.encode())
        eventually(lambda: served.metrics()["exchange_queue_length"] == 1, "a full queue")
        assert served.place().status == 503
        eventually(lambda: bool(collected.spans), "a span")
    assert [attributes_of(span)["exchange.outcome"] for span in collected.spans] == ["shed"]
    assert collected.spans[0].status.code == 2


def test_metrics_go_to_the_collector_as_well(collected: Collected, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collected.address)
    monkeypatch.setenv("OTEL_SERVICE_NAME", "from-the-environment")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
    with serving() as served:
        served.place()
    assert (collected.services, collected.spans) == ({"from-the-environment"}, [])
    (point,) = collected.metrics["http.server.request.duration"].histogram.data_points
    assert (point.count, sum(point.bucket_counts)) == (1, 1)
    assert len(point.bucket_counts) == len(point.explicit_bounds) + 1
    assert not point.HasField("min")
    assert collected.metrics["exchange.orders"].sum.data_points[0].as_int == 1


@contextmanager
def serving_aloud(address: str, **variables: str) -> Iterator[tuple[Served, list[str]]]:
    """An exchange that sends traces there and may say something, and what it has said when it has ended."""
    environment = os.environ | {"OTEL_EXPORTER_OTLP_ENDPOINT": address, "OTEL_METRICS_EXPORTER": "none"} | variables
    command = command_line(*FREE_PORTS, "--key", f"{KEY}:{SECRET}")
    said: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        yield Served(process, json.loads(process.stdout.readline())), said
        process.send_signal(signal.SIGTERM)
        said.extend(process.communicate(timeout=20)[1].splitlines())
    assert process.returncode == 0


def test_a_collector_that_is_not_there_is_said_once_and_harms_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with serving_aloud(nobody, OTEL_EXPORTER_OTLP_TIMEOUT="1") as (served, said):
        for number in range(1, 3):
            assert served.place().status == 200
            eventually(lambda number=number: served.metrics()["exchange_spans_lost_total"] == number, "a lost span")  # type: ignore[misc]
        assert served.place().status == 200
    assert len(said) == 1
    assert f"the collector at {nobody}/v1/traces does not take our traces" in said[0]


def test_spans_without_room_are_lost_and_counted() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1) as silent:  # connects, and never answers
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        variables = {"OTEL_EXPORTER_OTLP_TIMEOUT": "1", "OTEL_BSP_MAX_QUEUE_SIZE": "1"}
        with serving_aloud(address, **variables) as (served, said):
            eventually(lambda: placed_and_lost(served), "a lost span")
    assert len(said) <= 1


def placed_and_lost(served: Served) -> bool:
    assert served.place().status == 200
    return served.metrics()["exchange_spans_lost_total"] >= 1
