"""What one WebSocket client may cost, and how long it may stay. The venue's numbers, where it publishes them.

Source: Binance Spot API documentation, WebSocket streams, general information and limits.
"""

from pydantic import BaseModel, ConfigDict, Field

from mock_exchange.durations import DurationNs

_HEAD_BYTES_MAX = 15 * 1024
"""picows hangs up without a word at 16 KiB."""


class WebSocketLimits(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    head_bytes: int = Field(8 * 1024, ge=256, le=_HEAD_BYTES_MAX)
    """Request target and headers of the handshake together; more is 431."""
    handshake_deadline: DurationNs = 10_000_000_000
    """From the connection to the end of the handshake; later is 408."""
    connections: int = Field(16_384, ge=1)
    """At a time; the next one is told so (503, -1034)."""
    message_bytes: int = Field(64 * 1024, ge=125)
    """Of one message, all its fragments together; more closes the connection with 1009."""
    messages_per_second: int = Field(5, ge=1)
    """Text, ping and pong frames from one client of the market streams; more closes the connection with 1008."""
    streams: int = Field(1024, ge=1)
    """That one connection may listen to."""
    send_buffer_bytes: int = Field(1024 * 1024, ge=1024)
    """Sent and not yet taken by the system; a client that lets more pile up is cut with 1008."""
    socket_buffer_bytes: int = Field(256 * 1024, ge=4096)
    """What the system holds per connection before that (SO_SNDBUF)."""
    ping_interval: DurationNs = 20_000_000_000
    pong_deadline: DurationNs = 60_000_000_000
    """A ping that is unanswered for longer closes the connection."""
    lifetime: DurationNs = 24 * 3_600_000_000_000
    """Then the connection is closed."""
    shutdown_notice: DurationNs = 60_000_000_000
    """How long before that the serverShutdown event comes."""
    close_deadline: DurationNs = 2_000_000_000
    """How long a client has to answer a close frame before the connection is dropped."""
