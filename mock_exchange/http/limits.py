"""What one client may cost. Every limit has a reply or a close behind it; see ``connection.py``."""

from pydantic import BaseModel, ConfigDict, Field

from mock_exchange.durations import DurationNs


class Limits(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    request_line_bytes: int = Field(8 * 1024, ge=64)
    """The request target; longer is 414."""
    head_bytes: int = Field(16 * 1024, ge=256)
    """Request target and headers together; more is 431."""
    body_bytes: int = Field(16 * 1024, ge=0)
    """More is 413."""
    connections: int = Field(4096, ge=1)
    """At a time; the next one is told so (503, -1034) and closed."""
    pipelined: int = Field(64, ge=1)
    """Unanswered requests on one connection; one more is 429 and the end of the connection."""
    request_deadline: DurationNs = 10_000_000_000
    """From a request's first byte to its last; later is 408. One byte a second does not hold a connection open."""
    idle_deadline: DurationNs = 75_000_000_000
    """Between requests; then the connection is closed. Also the patience with a client that does not read replies."""
    drain_deadline: DurationNs = 5_000_000_000
    """From SIGTERM to the end, for what is queued."""
