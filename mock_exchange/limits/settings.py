"""What the limits are. The defaults are the venue's figures; whether they are in force is ``enabled``.

Sources: Binance Spot API documentation, LIMITS and enums (windows and figures of 2026-04); the two limits of orders are
those that clients assume, as the documentation has examples only. After how many refusals an address is banned is not
published.
"""

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mock_exchange.durations import DurationNs, format_duration

_SECOND = 1_000_000_000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_NS_PER_MS = 1_000_000


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RateLimit(_Section):
    """So much per window. Windows are aligned on the clock: those of a minute begin at :00."""

    limit: int = Field(ge=1)
    window: DurationNs


class BanSettings(_Section):
    after: int = Field(20, ge=1)
    """Refused requests (429) within one window of the weight; the next one is a ban (418)."""
    first: DurationNs = 2 * _MINUTE
    """Each further ban of an address is twice as long,"""
    longest: DurationNs = 72 * _HOUR
    """up to this. Who keeps quiet for as long is a first offender again."""


class RateLimits(_Section):
    """The section ``rate_limits``; with ``enabled`` alone, the venue's own figures."""

    enabled: bool = False
    """Off by default: a load test from one address would measure the limiter."""
    request_weight: RateLimit = RateLimit(limit=6000, window="1m")
    """Per address."""
    raw_requests: RateLimit = RateLimit(limit=300_000, window="5m")
    """Per address, whatever they weigh and whatever becomes of them."""
    orders: tuple[RateLimit, ...] = (
        RateLimit(limit=100, window="10s"),
        RateLimit(limit=200_000, window="24h"),
    )
    """Per account: new orders that have had no fill."""
    connections: RateLimit = RateLimit(limit=300, window="5m")
    """WebSocket connection attempts per address."""
    ban: BanSettings = BanSettings()
    scale: float = Field(1.0, gt=0, le=1)
    """All windows and bans last this share of what they say, windows at least a second and always whole ones: clients
    are told of windows in seconds, and must be told the truth."""
    trust_forwarded_for: bool = False
    """Count a request or handshake from a loopback peer to the last address of its X-Forwarded-For header. Without it,
    all who come through a proxy on this host share its address."""

    @model_validator(mode="after")
    def _windows_of_orders_differ(self) -> "RateLimits":
        """Clients tell the limits apart by their windows alone."""
        windows = [limit.window for limit in self.orders]
        twice = [window for number, window in enumerate(windows) if window in windows[:number]]
        if twice:
            raise ValueError(f"orders has two limits for {format_duration(twice[0])}; keep one")
        return self

    def window_ms(self, limit: RateLimit) -> int:
        """How long a window of the limit lasts in fact."""
        return max(1, round(limit.window * self.scale / _SECOND)) * 1000

    def ban_ms(self) -> tuple[int, int]:
        """The first and the longest ban."""
        first, longest = (max(1, round(ns * self.scale / _NS_PER_MS)) for ns in (self.ban.first, self.ban.longest))
        return first, max(first, longest)
