"""How often the streams speak that are not real time. The venue's numbers; tests need not wait for them."""

from pydantic import BaseModel, ConfigDict

from mock_exchange.durations import DurationNs


class Cadences(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    fast: DurationNs = 100_000_000
    """``@100ms``."""
    slow: DurationNs = 1_000_000_000
    """Depth without a speed, tickers, averages, and klines of one second."""
    kline: DurationNs = 2_000_000_000
    """Klines of every other interval."""
