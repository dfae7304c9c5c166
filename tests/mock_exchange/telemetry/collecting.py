"""A collector on this host: takes OTLP over HTTP and keeps what it was sent."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

Message = Any
"""Of protobuf, whose classes have no types."""


class Collected:
    """What has arrived so far."""

    def __init__(self) -> None:
        self.address = ""
        self.spans: list[Message] = []
        self.metrics: dict[str, Message] = {}
        """The latest of each name."""
        self.services: set[str] = set()

    def take(self, path: str, content: bytes) -> None:
        if path == "/v1/traces":
            for resource in ExportTraceServiceRequest.FromString(content).resource_spans:
                self._note(resource)
                self.spans.extend(span for scope in resource.scope_spans for span in scope.spans)
        if path == "/v1/metrics":
            for resource in ExportMetricsServiceRequest.FromString(content).resource_metrics:
                self._note(resource)
                self.metrics.update({each.name: each for scope in resource.scope_metrics for each in scope.metrics})

    def _note(self, resource: Message) -> None:
        self.services.update(
            each.value.string_value for each in resource.resource.attributes if each.key == "service.name"
        )


def attributes_of(span: Message) -> dict[str, str | int]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in span.attributes}


@contextmanager
def collecting() -> Iterator[Collected]:
    collected = Collected()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collected.take(self.path, self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the parent's name
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        collected.address = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield collected
        server.shutdown()
