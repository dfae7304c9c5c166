"""Who asks, as far as tracing goes: the header ``traceparent``. Pure.

Source: W3C Trace Context, version 00; later versions are read as far as they agree with it.
"""

import re
from typing import Final

import msgspec

HEADER: Final = b"traceparent"
_FORMAT = re.compile(rb"(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_SAMPLED = 1


class Caller(msgspec.Struct, frozen=True, gc=False):
    """The span that a request was sent from."""

    trace_id: int
    span_id: int
    is_sampled: bool


class Trace(msgspec.Struct, frozen=True, gc=False):
    """What a request that is traced carries through the queue."""

    trace_id: int
    parent_id: int
    """The caller's span; 0 where the trace begins here."""
    line: str
    """Method and path."""
    symbol: str
    """Empty where none was asked for."""
    client_order_id: str
    """As the caller chose it; empty where it left that to the exchange."""


def parse_traceparent(text: bytes) -> Caller | None:
    """None for what the standard tells to ignore."""
    match = _FORMAT.fullmatch(text)
    if match is None:
        return None
    version, trace_id, span_id, flags, rest = match.groups()
    caller = Caller(int(trace_id, 16), int(span_id, 16), bool(int(flags, 16) & _SAMPLED))
    is_whole = caller.trace_id and caller.span_id and not (rest and version == b"00")
    return caller if is_whole else None
