"""All that a subscriber process is told: contents of the file that it is started with."""

from pydantic import BaseModel, ConfigDict, Field

from scenarios.plan import ApiKey


class SubscriberPlan(BaseModel):
    """``streams``: names without a symbol, as in STREAM_KINDS; each subscriber has all of them for all symbols."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str
    """``http://host:port`` of REST: the clock, and snapshots of books."""
    streams_url: str
    """``ws://host:port`` of streams and user data."""
    streams: list[str]
    subscribers: int = Field(ge=0)
    symbols: list[str]
    """None: the first one that the venue trades, as for the traffic."""
    user_data_of: ApiKey | None
    """None: no user data."""
    silence_ms: float = Field(gt=0)
    seed: int
    feeds_dir: str
