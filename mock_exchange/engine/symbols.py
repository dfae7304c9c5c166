"""What a symbol trades in, and how its numbers are written. Decides nothing about orders.

The engine counts in integers: prices in ticks, quantities in lots, amounts of any asset in units of 1e-8, the
precision that the venue gives to every asset. Texts exist only here and at the gateway.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from mock_exchange.engine.events import Rejection

UNITS_PER_ASSET = 10**8
UNITS_MAX = 2**63 - 1
_DECIMALS = 8
_WHOLE_DIGITS_MAX = 20
_TEXTS_KEPT = 8192
"""A market's orders share its prices and round quantities: looking a text up takes a fifth of working it out."""


class NumberError(ValueError):
    """A text is not a plain, unsigned decimal number (the venue's code -1100)."""


class PrecisionError(ValueError):
    """A number has more than eight decimals (the venue's code -1111)."""


class GridError(ValueError):
    """A price is not a whole number of ticks, or a quantity of lots; ``rejection`` is the filter that it breaks."""

    def __init__(self, value: str, step: str, rejection: Rejection) -> None:
        super().__init__(f"{value} is not a multiple of {step}: {rejection.value}")
        self.rejection = rejection


@lru_cache(maxsize=_TEXTS_KEPT)
def parse_amount(text: str) -> int:
    """The amount in units of 1e-8: ``"1.5"`` is 150000000. Raises NumberError, PrecisionError."""
    whole, point, fraction = text.partition(".")
    if not (whole.isdigit() and text.isascii() and len(whole) <= _WHOLE_DIGITS_MAX):
        raise NumberError(f"{text!r} is not a number such as 12.5")
    if not point:
        return _bounded(int(whole) * UNITS_PER_ASSET)
    if not fraction.isdigit():
        raise NumberError(f"{text!r} is not a number such as 12.5")
    if len(fraction) > _DECIMALS:
        raise PrecisionError(f"{text} has more than {_DECIMALS} decimals")
    return _bounded(int(whole + fraction.ljust(_DECIMALS, "0")))


def _bounded(units: int) -> int:
    """Raises NumberError where 64 bits, in which a journal writes integers, would not hold them."""
    if units > UNITS_MAX:
        raise NumberError(f"{format_amount(units)} is more than {format_amount(UNITS_MAX)}, the largest amount")
    return units


@lru_cache(maxsize=_TEXTS_KEPT)
def format_amount(units: int) -> str:
    """Units of 1e-8 as the venue writes them, always with eight decimals: 150000000 is ``"1.50000000"``."""
    return f"{units // UNITS_PER_ASSET}.{units % UNITS_PER_ASSET:08d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A pair and its filters, written as ``exchangeInfo`` writes them, with the integers that the engine compares.

    A lot at a price of one tick must be worth a whole number of 1e-8 of the quote asset, so that no trade ever
    needs rounding; ValueError otherwise.
    """

    name: str
    base: str
    quote: str
    tick_size: str
    lot_size: str
    price_min: str
    price_max: str
    quantity_min: str
    quantity_max: str
    market_quantity_max: str
    notional_min: str = "5"
    notional_max: str = "9000000"
    bid_multiplier_up: str = "5"
    bid_multiplier_down: str = "0.2"
    ask_multiplier_up: str = "5"
    ask_multiplier_down: str = "0.2"
    average_price_minutes: int = 5
    open_orders_max: int = 200
    algo_orders_max: int = 5
    """Stop and take-profit orders that an account may have waiting (MAX_NUM_ALGO_ORDERS)."""
    order_lists_max: int = 20
    order_amends_max: int = 10
    iceberg_parts_max: int = 100
    trailing_delta_min: int = 10
    """Basis points; the same above and below the price."""
    trailing_delta_max: int = 2000

    tick_units: int = field(init=False)
    """1e-8 of the quote asset in a tick."""
    lot_units: int = field(init=False)
    """1e-8 of the base asset in a lot."""
    notional_units: int = field(init=False)
    """1e-8 of the quote asset that one lot costs at a price of one tick."""
    ticks_min: int = field(init=False)
    ticks_max: int = field(init=False)
    lots_min: int = field(init=False)
    lots_max: int = field(init=False)
    market_lots_max: int = field(init=False)
    notional_units_min: int = field(init=False)
    notional_units_max: int = field(init=False)
    multipliers: tuple[int, int, int, int] = field(init=False)
    """Bid up, bid down, ask up, ask down, times 1e8."""

    def __post_init__(self) -> None:
        tick, lot = parse_amount(self.tick_size), parse_amount(self.lot_size)
        if not tick or not lot or tick * lot % UNITS_PER_ASSET:
            raise ValueError(
                f"{self.name}: tick {self.tick_size} times lot {self.lot_size} must be a multiple of 0.00000001"
            )
        derived = {
            "tick_units": tick,
            "lot_units": lot,
            "notional_units": tick * lot // UNITS_PER_ASSET,
            "ticks_min": max(1, -(-parse_amount(self.price_min) // tick)),
            "ticks_max": parse_amount(self.price_max) // tick,
            "lots_min": max(1, -(-parse_amount(self.quantity_min) // lot)),
            "lots_max": parse_amount(self.quantity_max) // lot,
            "market_lots_max": parse_amount(self.market_quantity_max) // lot,
            "notional_units_min": parse_amount(self.notional_min),
            "notional_units_max": parse_amount(self.notional_max),
            "multipliers": (
                parse_amount(self.bid_multiplier_up),
                parse_amount(self.bid_multiplier_down),
                parse_amount(self.ask_multiplier_up),
                parse_amount(self.ask_multiplier_down),
            ),
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def parse_price(self, text: str) -> int:
        """Ticks. Raises NumberError, PrecisionError, GridError (PRICE_FILTER)."""
        ticks, rest = divmod(parse_amount(text), self.tick_units)
        if rest:
            raise GridError(text, self.tick_size, Rejection.PRICE_FILTER)
        return ticks

    def parse_quantity(self, text: str) -> int:
        """Lots. Raises NumberError, PrecisionError, GridError (LOT_SIZE)."""
        lots, rest = divmod(parse_amount(text), self.lot_units)
        if rest:
            raise GridError(text, self.lot_size, Rejection.LOT_SIZE)
        return lots

    def format_price(self, ticks: int) -> str:
        return format_amount(ticks * self.tick_units)

    def format_quantity(self, lots: int) -> str:
        return format_amount(lots * self.lot_units)

    def notional(self, ticks: int, lots: int) -> int:
        """What ``lots`` cost at ``ticks``, in 1e-8 of the quote asset. Exact."""
        return ticks * lots * self.notional_units


def _usdt_pair(base: str, *, tick: str, price_max: str, lot: str, lots_max: tuple[str, str]) -> Symbol:
    return Symbol(
        name=f"{base}USDT",
        base=base,
        quote="USDT",
        tick_size=tick,
        lot_size=lot,
        price_min=tick,
        price_max=price_max,
        quantity_min=lot,
        quantity_max=lots_max[0],
        market_quantity_max=lots_max[1],
    )


# The real venue's filters, as its exchangeInfo gave them and ccxt stores them (ts/src/test/static/markets/binance.json
# at commit 0dca8ac). MARKET_LOT_SIZE follows traded volume there; these are one day's values.
_LISTED = (
    _usdt_pair("BTC", tick="0.01", price_max="1000000", lot="0.00001", lots_max=("9000", "128.52621715")),
    _usdt_pair("ETH", tick="0.01", price_max="1000000", lot="0.0001", lots_max=("9000", "3277.54882761")),
    _usdt_pair("LTC", tick="0.01", price_max="100000", lot="0.001", lots_max=("90000", "20716.23115062")),
    _usdt_pair("XRP", tick="0.0001", price_max="10000", lot="1", lots_max=("9222449", "6858819.29288702")),
    _usdt_pair("DOGE", tick="0.00001", price_max="1000", lot="1", lots_max=("9000000", "28160624.66945606")),
)
SYMBOLS: Mapping[str, Symbol] = MappingProxyType({symbol.name: symbol for symbol in _LISTED})
