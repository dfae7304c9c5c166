"""Traces of the load: a header on each request that says which trace it belongs to, and whether that is kept.

The format is W3C Trace Context's ``traceparent``. A trace's id follows from the run and the arrival's number, so that
a sample finds its trace, without a word of traces in schedule or accounting.
"""

from typing import Final

from scenarios.traffic.streams import derived_seed

_LOW_BITS: Final = (1 << 64) - 1
_HOST: Final = b"\r\nHost:"


def trace_id(seed: int, run_token: str, arrival: int) -> int:
    """128 bits, never 0: what an arrival's trace is called at the collector."""
    return derived_seed(seed, "trace", run_token, arrival) or 1


class TraceHeaders:
    """Decides for each arrival, as OpenTelemetry's SDKs do: by the low 64 bits of its trace id."""

    def __init__(self, seed: int, run_token: str, share: float) -> None:
        """``share`` of the arrivals is traced, 0 to 1."""
        self._seed = seed
        self._run_token = run_token
        self._below = round(share * (_LOW_BITS + 1))

    def line(self, arrival: int) -> bytes:
        """What is not traced says so too, lest the venue begins a trace of its own."""
        trace = trace_id(self._seed, self._run_token, arrival)
        low = trace & _LOW_BITS
        return b"traceparent: 00-%032x-%016x-%02x" % (trace, low or 1, low < self._below)


def with_header(request: bytes, line: bytes) -> bytes:
    """The request with one more header, before its Host."""
    return request.replace(_HOST, b"\r\n%b%b" % (line, _HOST), 1)
