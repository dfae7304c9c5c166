"""``<symbol>@avgPrice``: the average price of the last minutes, which filters compare prices with."""

from functools import partial

import msgspec

from mock_exchange.engine.symbols import Symbol, format_amount
from mock_exchange.gateway.market_candles import weighted_price
from mock_exchange.market_data.intervals import MINUTE_MS
from mock_exchange.streams.feed import TimeUnit
from mock_exchange.streams.stream import ENCODER, Place


class AveragePriceMessage(
    msgspec.Struct,
    rename={
        "event": "e",
        "event_time": "E",
        "symbol": "s",
        "interval": "i",
        "price": "w",
        "last_trade_time": "T",
    },
    gc=False,
):
    event: str
    event_time: int
    symbol: str
    interval: str
    price: str
    last_trade_time: int


class AveragePriceStream:
    """One symbol's average, as REST's avgPrice has it."""

    def __init__(self, place: Place, symbol: Symbol) -> None:
        self._place = place
        self._symbol = symbol
        self._history = place.history.symbols[symbol.name]

    def tick(self) -> None:
        """As REST's avgPrice; silent before the first trade."""
        last = self._history.tape.last()
        if last is not None:
            price = self._place.engine.average_as_told(self._symbol.name, self._price())
            self._place.feed.publish(partial(self._build, price, last.time_ms))

    def close(self) -> None:
        """Nothing is held."""

    def _price(self) -> int:
        """Of the last minutes by volume or, where nothing was traded in them, the last price; in 1e-8."""
        now_ms = self._place.clock.wall_ns() // 1_000_000
        recent = self._history.recent(now_ms - self._symbol.average_price_minutes * MINUTE_MS, now_ms + 1)
        if recent is not None:
            return weighted_price(self._symbol, recent)
        return self._history.last_price() * self._symbol.tick_units

    def _build(self, price: int, last_trade_ms: int, unit: TimeUnit) -> bytes:
        return ENCODER.encode(
            AveragePriceMessage(
                "avgPrice",
                unit.of_ns(self._place.clock.wall_ns()),
                self._symbol.name,
                f"{self._symbol.average_price_minutes}m",
                format_amount(price),
                unit.of_ms(last_trade_ms),
            )
        )
