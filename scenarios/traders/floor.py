"""The traders of one worker: of each kind one for each symbol, at a desk of its own with no orders but its own.

Whose turn it is follows from the seed alone; what that trader asks for follows from its state as well. Pure.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scenarios.operations import Desk
from scenarios.operations.ladder import Ladder
from scenarios.traders import TRADERS
from scenarios.traders.trader import Own, Trader
from scenarios.traffic.mix import Ask, Errand, drawn
from scenarios.traffic.streams import stream


class Turn(NamedTuple):
    """Which trader an arrival belongs to."""

    trader: str
    symbol: str


class Seat(NamedTuple):
    trader: Trader
    desk: Desk


class TradingFloor:
    """``weights`` of the kinds of trader, in the words of the table; ``symbols`` with theirs."""

    def __init__(
        self,
        weights: Mapping[str, int],
        symbols: Mapping[str, int],
        *,
        ladders: Mapping[str, Ladder],
        seed: int,
        run_token: str,
        worker: int = 0,
    ) -> None:
        self._seed = seed
        self._turns = {Turn(kind, symbol): weights[kind] * symbols[symbol] for kind in weights for symbol in symbols}
        self._seats = {
            turn: Seat(TRADERS[turn.trader](), Desk(ladders, stream(seed, "trader", *turn, worker), run_token))
            for turn in self._turns
        }

    def turns(self, name: str) -> Iterator[Turn]:
        """An endless sequence; the same seed and name give the same one, on every worker."""
        return drawn(self._turns, self._seed, name)

    def ask(self, turn: Turn) -> Ask:
        """What the trader wants now. Its request is to be made before the next is asked for."""
        trader, desk = self._seats[turn]
        own = Own(len(desk.orders), desk.orders.latest is not None)
        wish = trader.next(own, desk.choose)
        return Ask(wish.operation, turn.symbol, Errand(desk, wish.request))
