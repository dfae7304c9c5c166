"""The road: a finite, honest exchange that speaks Binance Spot. It knows nothing of who drives on it."""
