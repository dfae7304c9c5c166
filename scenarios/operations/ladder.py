"""Prices and quantities to trade one symbol with, written once as the venue wants them, around its price at the start.

Resting orders stand up to 10 basis points behind the best price; crossing ones reach 10 beyond the other side. Both
sides are treated alike, so that the price has no reason to run away during a run.
"""

import random
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

REACH = Decimal("0.001")
STEPS = 20
QUANTITIES = 5
NOTIONALS_MIN = 2
"""The smallest order is worth so many times the venue's minimum."""


@dataclass(frozen=True, slots=True)
class Conventions:
    """How a venue writes a symbol's prices and quantities, and where its price is."""

    symbol: str
    tick: Decimal
    lot: Decimal
    quantity_min: Decimal
    notional_min: Decimal
    bid: Decimal
    ask: Decimal


@dataclass(frozen=True, slots=True)
class Ladder:
    """What orders for a symbol are made of."""

    symbol: str
    resting: tuple[tuple[str, ...], tuple[str, ...]]
    """Prices that wait in the book: of buys, of sells."""
    crossing: tuple[str, str]
    """Prices that trade at once: of buys, of sells."""
    quantities: tuple[str, ...]

    @classmethod
    def of(cls, conventions: Conventions) -> "Ladder":
        tick, bid, ask = conventions.tick, conventions.bid, conventions.ask
        reach = max(tick * STEPS, ((bid + ask) / 2 * REACH // tick) * tick)
        behind = [(reach * step / STEPS) // tick * tick for step in range(STEPS)]
        return cls(
            symbol=conventions.symbol,
            resting=(
                tuple(written(bid - far, tick) for far in behind if bid > far),
                tuple(written(ask + far, tick) for far in behind),
            ),
            crossing=(written(ask + reach, tick), written(max(tick, bid - reach), tick)),
            quantities=_quantities(conventions),
        )

    def price(self, side: int, crosses: bool, choose: random.Random) -> str:
        """``side`` 0 buys, 1 sells."""
        if crosses:
            return self.crossing[side]
        prices = self.resting[side]
        return prices[int(choose.random() * len(prices))]

    def quantity(self, choose: random.Random) -> str:
        return self.quantities[int(choose.random() * len(self.quantities))]


def _quantities(conventions: Conventions) -> tuple[str, ...]:
    """From the smallest that the venue takes with room to spare, in even steps."""
    worth = conventions.notional_min * NOTIONALS_MIN / conventions.bid
    lots = (max(conventions.quantity_min, worth, conventions.lot) / conventions.lot).to_integral_value(ROUND_CEILING)
    return tuple(written(lots * times * conventions.lot, conventions.lot) for times in range(1, QUANTITIES + 1))


def written(number: Decimal, unit: Decimal) -> str:
    """In whole units, with as many places as the unit has and no exponent: ``0.10000000`` for a unit of ``1E-8``."""
    return f"{number.quantize(unit.normalize()):f}"
