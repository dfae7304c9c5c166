"""A finished request as OpenTelemetry's span: a server span whose events are its stages.

Names follow the semantic conventions for HTTP servers; what only an exchange has is under ``exchange``. Events rather
than child spans, because seven spans for an order would cost seven times as much to send and say no more.
"""

import random
from typing import Final

import msgspec
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from mock_exchange.gateway.tally import Ending
from mock_exchange.telemetry.tracing import Finished
from mock_exchange.trace_context import Trace

_SCOPE: Final = InstrumentationScope("mock_exchange")
_SAMPLED: Final = TraceFlags(TraceFlags.SAMPLED)
_TOO_MUCH: Final = (429, 418)
_FAULT_STATUS_MIN = 500


class _Reply(msgspec.Struct, rename="camel"):
    """What replies say of an order, or of what was wrong."""

    symbol: str = ""
    order_id: int = 0
    client_order_id: str = ""
    status: str = ""
    code: int = 0


_READ_REPLY = msgspec.json.Decoder(_Reply).decode


class Spans:
    """Makes them; called by the thread that sends them, so that the order path does not pay for it."""

    def __init__(self, resource: Resource, rng: random.Random) -> None:
        self._resource = resource
        self._bits = rng.getrandbits

    def span(self, finished: Finished) -> ReadableSpan:
        trace = finished.trace
        offset_ns = finished.wall_offset_ns
        events = [Event(name, timestamp=moment_ns + offset_ns) for name, moment_ns in finished.moments]
        return ReadableSpan(
            trace.line,
            SpanContext(trace.trace_id, self._bits(64) or 1, is_remote=False, trace_flags=_SAMPLED),
            parent=_parent(trace),
            resource=self._resource,
            attributes=_attributes(finished),
            events=events,
            kind=SpanKind.SERVER,
            status=Status(StatusCode.ERROR if finished.status >= _FAULT_STATUS_MIN else StatusCode.UNSET),
            start_time=finished.moments[0][1] + offset_ns,
            end_time=finished.moments[-1][1] + offset_ns,
            instrumentation_scope=_SCOPE,
        )


def _parent(trace: Trace) -> SpanContext | None:
    if not trace.parent_id:
        return None
    return SpanContext(trace.trace_id, trace.parent_id, is_remote=True, trace_flags=_SAMPLED)


def _attributes(finished: Finished) -> dict[str, str | int]:
    trace, reply = finished.trace, _read(finished.body)
    method, _, path = trace.line.partition(" ")
    attributes: dict[str, str | int] = {
        "exchange.operation": finished.operation,
        "exchange.outcome": _ending(finished.status).name.lower(),
        "exchange.symbol": reply.symbol or trace.symbol,
        "exchange.client_order_id": reply.client_order_id or trace.client_order_id,
        "exchange.order_id": reply.order_id,
        "exchange.order_status": reply.status,
        "exchange.error_code": reply.code,
        "http.request.method": method if path else "",
        "http.response.status_code": finished.status,
        "url.path": path,
        "url.scheme": "http" if path else "ws",
    }
    return {name: value for name, value in attributes.items() if value}


def _read(body: bytes) -> _Reply:
    try:
        return _READ_REPLY(body)
    except msgspec.DecodeError:
        return _Reply()  # a list, or a status that is no word: nothing of one order


def _ending(status: int) -> Ending:
    if status < 400:
        return Ending.DONE
    if status == 503:
        return Ending.SHED
    if status in _TOO_MUCH:
        return Ending.THROTTLED
    return Ending.FAILED if status >= _FAULT_STATUS_MIN else Ending.REJECTED
