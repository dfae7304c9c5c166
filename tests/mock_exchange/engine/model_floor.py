"""A slow exchange that is easy to believe: one list of orders, searched from the start each time.

It shares no logic with the engine. Holds are not kept but derived: what an account has locked is, at any moment, what
its open orders need. Filters of price and size are left out; the state machine gives both a symbol that has none.
"""

from copy import deepcopy

from mock_exchange.engine.commands import (
    OrderType,
    PlaceOrder,
    SelfTradePrevention,
    Side,
    SymbolStatus,
    TimeInForce,
)
from mock_exchange.engine.events import Event, Expired, ExpiryReason, Prevented, Traded
from mock_exchange.engine.orders import FEE_ACCOUNT, Fees
from mock_exchange.engine.symbols import Symbol
from tests.mock_exchange.engine.model_orders import AT_ANY_PRICE, ModelList, ModelOrder, Stage, agrees, rests

TRADING = SymbolStatus.TRADING


class ModelFloor:
    """Orders at work; ``model_aftermath`` has what that sets off, and ``model_commands`` the commands."""

    def __init__(self, symbols: list[Symbol], fees: Fees) -> None:
        self.symbols = {symbol.name: symbol for symbol in symbols}
        self.fees = fees
        self.orders: list[ModelOrder] = []
        self.lists: list[ModelList] = []
        self.owned: dict[tuple[int, str], int] = {}
        """Free and locked together."""
        self.trades: dict[str, int] = dict.fromkeys(self.symbols, 0)
        self.prevented: dict[str, int] = dict.fromkeys(self.symbols, 0)
        self.last_price: dict[str, int] = dict.fromkeys(self.symbols, 0)
        self.status: dict[str, SymbolStatus] = dict.fromkeys(self.symbols, TRADING)
        self.turns = 0
        self.queue: list[ModelOrder] = []
        """Whose turn it is to begin, next one first."""
        self.time_ms = 0

    # What anyone can ask.

    def open_orders(self, symbol: str, account: int | None = None) -> list[ModelOrder]:
        return [
            order
            for order in self.orders
            if order.open and order.placed.symbol == symbol and account in (None, order.placed.account)
        ]

    def resting(self, symbol: str, side: Side) -> list[ModelOrder]:
        """By price and time."""
        found = [
            order
            for order in self.open_orders(symbol)
            if order.stage is Stage.WORKING and order.placed.side is side and order.turn
        ]
        direction = -1 if side is Side.BUY else 1
        return sorted(found, key=lambda order: (direction * order.placed.price, order.turn))

    def locked(self, account: int, asset: str) -> int:
        need = 0
        for symbol in self.symbols.values():
            holding = [
                order
                for order in self.open_orders(symbol.name, account)
                if order.stage is not Stage.PENDING
                and asset == (symbol.quote if order.placed.side is Side.BUY else symbol.base)
            ]
            pairs = [[leg for leg in each.pair if leg in holding] for each in self.lists]
            paired = [leg.order_id for legs in pairs for leg in legs]
            need += sum(max(leg.need(symbol) for leg in legs) for legs in pairs if legs)
            need += sum(order.need(symbol) for order in holding if order.order_id not in paired)
        return need

    def free(self, account: int, asset: str) -> int:
        return self.owned.get((account, asset), 0) - self.locked(account, asset)

    def levels(self, symbol: str, side: Side) -> list[tuple[int, int]]:
        shown: dict[int, int] = {}
        for order in self.resting(symbol, side):
            shown[order.placed.price] = shown.get(order.placed.price, 0) + order.shown
        return list(shown.items())

    def paying(self, placed: PlaceOrder) -> str:
        symbol = self.symbols[placed.symbol]
        return symbol.quote if placed.side is Side.BUY else symbol.base

    # How much an order asks for.

    def price_of(self, placed: PlaceOrder, quantity: int) -> int:
        """What the account must have to begin with."""
        symbol = self.symbols[placed.symbol]
        if placed.side is Side.SELL:
            return quantity * symbol.lot_units
        if placed.type is OrderType.MARKET and placed.quote_quantity:
            return placed.quote_quantity
        if placed.type in AT_ANY_PRICE:
            return sum(symbol.notional(price, 1) for price in self.lots_on_offer(placed)[:quantity])
        return symbol.notional(placed.price, quantity)

    def size_of(self, placed: PlaceOrder) -> tuple[int, bool]:
        """Lots, and whether they are all that was asked for: lot by lot while the amount lasts."""
        if not placed.quote_quantity:
            return placed.quantity, True
        left, lots = placed.quote_quantity, 0
        for price in self.lots_on_offer(placed):
            cost = self.symbols[placed.symbol].notional(price, 1)
            if cost > left:
                return lots, True
            left -= cost
            lots += 1
        return lots, left == 0

    def lots_on_offer(self, placed: PlaceOrder) -> list[int]:
        """The price of every single lot that the order could get, in the order in which it would get them."""
        makes_way = placed.self_trade_prevention is SelfTradePrevention.EXPIRE_MAKER
        return [
            order.placed.price
            for order in self.counterparts(placed)
            if not (makes_way and order.placed.account == placed.account)
            for _ in range(order.rest)
        ]

    def counterparts(self, placed: PlaceOrder) -> list[ModelOrder]:
        other = Side.SELL if placed.side is Side.BUY else Side.BUY
        return [order for order in self.resting(placed.symbol, other) if agrees(placed, order.placed.price)]

    # An order at work.

    def work(self, order: ModelOrder, events: list[Event], *, whole: bool = True) -> None:
        order.stage, order.turn = Stage.WORKING, 0
        if self.status[order.placed.symbol] is TRADING and (
            order.placed.time_in_force is not TimeInForce.FOK
            or order.placed.type in AT_ANY_PRICE
            or self._would_fill(order)
        ):
            self._trade(order, events)
        was_prevented_last = _was_prevented_last(order, events)
        if order.rest == 0 and order.executed and whole and not was_prevented_last:
            order.stage, order.is_filled = Stage.ENDED, True
        elif order.rest == 0 and was_prevented_last:
            self.end(order, ExpiryReason.SELF_TRADE, events)
        elif rests(order.placed):
            self._join_queue(order)
        else:
            self.end(order, ExpiryReason.UNFILLED, events)

    def _join_queue(self, order: ModelOrder) -> None:
        self.turns += 1
        order.turn = self.turns
        order.show()

    def _would_fill(self, order: ModelOrder) -> bool:
        """Try it out in another world."""
        world = deepcopy(self)
        twin = world.orders[order.order_id - 1]
        world._trade(twin, [])
        return twin.executed == twin.quantity

    def _trade(self, taker: ModelOrder, events: list[Event]) -> None:
        while taker.rest and (makers := self.counterparts(taker.placed)):
            mode = taker.placed.self_trade_prevention
            if makers[0].placed.account == taker.placed.account and mode is not SelfTradePrevention.NONE:
                self._prevent(taker, makers[0], events)
            else:
                lots = min(taker.rest, makers[0].shown)
                events.append(self.fill(taker, makers[0], makers[0].placed.price, lots))
                self.served(makers[0], lots)

    def served(self, maker: ModelOrder, lots: int) -> None:
        maker.shown -= lots
        if not maker.rest:
            maker.stage, maker.is_filled = Stage.ENDED, True
        elif not maker.shown:
            self._join_queue(maker)

    def _prevent(self, taker: ModelOrder, maker: ModelOrder, events: list[Event]) -> None:
        mode = taker.placed.self_trade_prevention
        lost_taker, lost_maker = {
            SelfTradePrevention.EXPIRE_TAKER: (taker.rest, 0),
            SelfTradePrevention.EXPIRE_MAKER: (0, maker.rest),
            SelfTradePrevention.EXPIRE_BOTH: (taker.rest, maker.rest),
            SelfTradePrevention.DECREMENT: (min(taker.rest, maker.rest),) * 2,
        }[mode]
        symbol, account = taker.placed.symbol, taker.placed.account
        events.append(
            Prevented(
                prevented_match_id=self.prevented[symbol],
                symbol=symbol,
                price=maker.placed.price,
                mode=mode,
                account=account,
                taker_order_id=taker.order_id,
                taker_prevented=lost_taker,
                maker_order_id=maker.order_id,
                maker_prevented=lost_maker,
                time_ms=self.time_ms,
            )
        )
        self.prevented[symbol] += 1
        taker.prevented += lost_taker
        maker.prevented += lost_maker
        maker.shown = min(maker.shown, maker.rest)
        if not maker.rest:
            self.end(maker, ExpiryReason.SELF_TRADE, events)

    def fill(self, taker: ModelOrder, maker: ModelOrder, price: int, lots: int) -> Traded:
        symbol = self.symbols[taker.placed.symbol]
        taker.executed += lots
        maker.executed += lots
        quote_amount = symbol.notional(price, lots)
        buyer, seller = (taker, maker) if taker.placed.side is Side.BUY else (maker, taker)
        base_amount = lots * symbol.lot_units
        fee = {
            buyer.order_id: base_amount * self._rate(buyer is taker) // 10**6,
            seller.order_id: quote_amount * self._rate(seller is taker) // 10**6,
        }
        self.give(buyer.placed.account, symbol.base, base_amount - fee[buyer.order_id])
        self.give(buyer.placed.account, symbol.quote, -quote_amount)
        self.give(seller.placed.account, symbol.quote, quote_amount - fee[seller.order_id])
        self.give(seller.placed.account, symbol.base, -base_amount)
        self.give(FEE_ACCOUNT, symbol.base, fee[buyer.order_id])
        self.give(FEE_ACCOUNT, symbol.quote, fee[seller.order_id])
        self.trades[symbol.name] += 1
        self.last_price[symbol.name] = price
        return Traded(
            trade_id=self.trades[symbol.name],
            symbol=symbol.name,
            price=price,
            quantity=lots,
            quote_amount=quote_amount,
            taker_side=taker.placed.side,
            taker_account=taker.placed.account,
            taker_order_id=taker.order_id,
            taker_commission=fee[taker.order_id],
            maker_account=maker.placed.account,
            maker_order_id=maker.order_id,
            maker_commission=fee[maker.order_id],
            time_ms=self.time_ms,
        )

    def _rate(self, taker: bool) -> int:
        return self.fees.taker_ppm if taker else self.fees.maker_ppm

    def give(self, account: int, asset: str, amount: int) -> None:
        self.owned[account, asset] = self.owned.get((account, asset), 0) + amount

    def end(self, order: ModelOrder, reason: ExpiryReason, events: list[Event]) -> None:
        order.stage = Stage.ENDED
        events.append(Expired(order.placed.account, order.placed.symbol, order.order_id, reason, order.prevented))


def _was_prevented_last(order: ModelOrder, events: list[Event]) -> bool:
    mine = [
        event
        for event in events
        if (isinstance(event, Prevented) and event.taker_order_id == order.order_id and event.taker_prevented)
        or (isinstance(event, Traded) and event.taker_order_id == order.order_id)
    ]
    return bool(mine) and isinstance(mine[-1], Prevented)
