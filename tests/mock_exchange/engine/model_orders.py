"""Orders and lists of the slow exchange, and what can be said of one of them alone."""

from dataclasses import dataclass, field
from enum import Enum, auto

from mock_exchange.engine.commands import ListKind, OrderType, PlaceOrder, PlaceOrderList, Side, TimeInForce
from mock_exchange.engine.symbols import Symbol

STOP_LOSSES = (OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT)
STOPS = (*STOP_LOSSES, OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT)
AT_ANY_PRICE = (OrderType.MARKET, OrderType.STOP_LOSS, OrderType.TAKE_PROFIT)


class Stage(Enum):
    PENDING = auto()
    """For its list's working order."""
    WAITING = auto()
    """For its price."""
    CALLED = auto()
    """It has been reached, and will be next."""
    WORKING = auto()
    ENDED = auto()


@dataclass
class ModelOrder:
    order_id: int
    placed: PlaceOrder
    quantity: int
    name: str
    stage: Stage = Stage.WORKING
    executed: int = 0
    prevented: int = 0
    amends: int = 0
    turn: int = 0
    """Its place in the queues: who came later has a larger one."""
    shown: int = 0
    reference: int = 0
    """The last price when it began to wait."""
    best_price: int = 0
    """What a trailing order compares with; 0 while it does not follow the price."""
    was_stop_called: bool = False
    is_filled: bool = False

    @property
    def open(self) -> bool:
        return self.stage is not Stage.ENDED

    @property
    def rest(self) -> int:
        return self.quantity - self.executed - self.prevented

    @property
    def has_begun(self) -> bool:
        """Of a leg: whether it has won, and the other one has lost."""
        return self.executed > 0 or self.prevented > 0 or self.was_stop_called

    def need(self, symbol: Symbol) -> int:
        if self.placed.side is Side.SELL:
            return self.rest * symbol.lot_units
        return symbol.notional(self._price(), self.rest)

    def _price(self) -> int:
        if self.placed.type in AT_ANY_PRICE:
            return self.placed.stop_price or self.reference
        return self.placed.price

    def show(self) -> None:
        self.shown = min(self.rest, self.placed.iceberg or self.rest)

    def is_met_by(self, price: int) -> bool:
        """Whether a price reaches the stop price."""
        return price >= self.placed.stop_price if rises(self.placed) else price <= self.placed.stop_price

    def turns_at(self, price: int) -> bool:
        """Show a trailing order a price; whether it is called."""
        if not self.best_price:
            if not self.placed.stop_price or self.is_met_by(price):
                self.best_price = price
            return False
        if self.placed.side is Side.BUY:
            self.best_price = min(self.best_price, price)
            return 10_000 * (price - self.best_price) >= self.best_price * self.placed.trailing_delta
        self.best_price = max(self.best_price, price)
        return 10_000 * (self.best_price - price) >= self.best_price * self.placed.trailing_delta


@dataclass
class ModelList:
    list_id: int
    command: PlaceOrderList
    orders: list[ModelOrder] = field(default_factory=list)
    open: bool = True

    @property
    def pair(self) -> list[ModelOrder]:
        return [] if self.command.kind is ListKind.OTO else self.orders[-2:]

    @property
    def first(self) -> ModelOrder | None:
        """The order that the others wait for."""
        return None if self.command.kind is ListKind.OCO else self.orders[0]


def rises(placed: PlaceOrder) -> bool:
    """Whether a stop waits for the price to rise."""
    return (placed.type in STOP_LOSSES) == (placed.side is Side.BUY)


def agrees(placed: PlaceOrder, price: int) -> bool:
    if placed.type in AT_ANY_PRICE:
        return True
    return price <= placed.price if placed.side is Side.BUY else price >= placed.price


def rests(placed: PlaceOrder) -> bool:
    if placed.type is OrderType.LIMIT_MAKER:
        return True
    return placed.type not in AT_ANY_PRICE and placed.time_in_force is TimeInForce.GTC
