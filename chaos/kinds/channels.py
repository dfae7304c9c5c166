"""The market streams that a fault of meaning can be meant for, as the venue names what they carry."""

MARKET_CHANNELS = (
    "market",
    "depth",
    "partial_depth",
    "trade",
    "aggTrade",
    "bookTicker",
    "kline",
    "ticker",
    "miniTicker",
    "avgPrice",
)
"""``market`` is all of them."""
