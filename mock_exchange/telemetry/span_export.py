"""The way of finished requests to the collector: a bounded queue, and a thread that empties it.

OpenTelemetry's own batch processor is not used: it wants spans, whose making would then be the order path's, and says
that its queue is full once for every span. The thread shares Python's one lock with the loop, so it works in slices.
"""

import threading
from collections import deque
from collections.abc import Callable

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from mock_exchange.telemetry.tracing import Finished

_SECONDS_BETWEEN = 1.0
_SLICE = 256
"""Spans in one request to the collector."""


class SpanExport:
    """``keep`` is for the loop; the rest happens in a thread of its own until ``close``."""

    def __init__(
        self,
        exporter: SpanExporter,
        span: Callable[[Finished], ReadableSpan],
        waiting_max: int,
        on_refused: Callable[[], None],
    ) -> None:
        self._exporter = exporter
        self._span = span
        self._waiting: deque[Finished] = deque()
        self._waiting_max = waiting_max
        self._on_refused = on_refused
        self._wake = threading.Event()
        self._is_ending = False
        self._is_refused = False
        self.sent = 0
        self.lost = 0
        """Not sent: no room in the queue, or the collector did not take them."""
        self._thread = threading.Thread(target=self._work, name="span export", daemon=True)
        self._thread.start()

    def keep(self, finished: Finished) -> None:
        """Never waits."""
        if len(self._waiting) >= self._waiting_max:
            self.lost += 1
            return
        self._waiting.append(finished)
        if len(self._waiting) == _SLICE:
            self._wake.set()

    def close(self, timeout_ms: int) -> None:
        """Send what waits, for so long at the most; nothing where the collector does not take it anyway."""
        self._is_ending = True
        self._wake.set()
        self._thread.join(0 if self._is_refused else timeout_ms / 1000)
        self._exporter.shutdown()

    def _work(self) -> None:
        while not self._is_ending:
            self._wake.wait(_SECONDS_BETWEEN)
            self._wake.clear()
            while self._waiting and not self._has_given_up():
                self._send_slice()

    def _has_given_up(self) -> bool:
        return self._is_ending and self._is_refused

    def _send_slice(self) -> None:
        waiting = self._waiting
        spans = [self._span(waiting.popleft()) for _ in range(min(_SLICE, len(waiting)))]
        self._is_refused = self._exporter.export(spans) is not SpanExportResult.SUCCESS
        if self._is_refused:
            self.lost += len(spans)
            self._on_refused()
        else:
            self.sent += len(spans)
