"""The table of traders. A new kind is one file beside this one, a line here and a row in ``docs/traders.md``."""

from collections.abc import Mapping
from types import MappingProxyType

from scenarios.traders.cancel_storm import CancelStorm
from scenarios.traders.market_maker import MarketMaker
from scenarios.traders.panic_closer import PanicCloser
from scenarios.traders.reader import Reader
from scenarios.traders.retail import Retail
from scenarios.traders.taker import Taker
from scenarios.traders.trader import Own, Trader, Wish

TRADERS: Mapping[str, type[Trader]] = MappingProxyType(
    {
        "market_maker": MarketMaker,
        "taker": Taker,
        "retail": Retail,
        "cancel_storm": CancelStorm,
        "panic_closer": PanicCloser,
        "reader": Reader,
    }
)

__all__ = ["TRADERS", "Own", "Trader", "Wish"]
