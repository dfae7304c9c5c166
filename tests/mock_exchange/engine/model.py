"""A slow exchange that is easy to believe: one list of orders, searched from the start each time.

It shares no logic with the engine. Holds are not kept but derived: what an account has locked is, at any moment, what
its open orders need. Filters of price and size are left out; the state machine gives both a symbol that has none.
"""

from dataclasses import dataclass

from mock_exchange.engine.commands import (
    CancelAllOrders,
    CancelOrder,
    Command,
    Deposit,
    OrderType,
    PlaceOrder,
    Side,
    TimeInForce,
)
from mock_exchange.engine.events import (
    Accepted,
    Canceled,
    Deposited,
    Event,
    Expired,
    Rejected,
    Rejection,
    Traded,
)
from mock_exchange.engine.orders import FEE_ACCOUNT, Fees
from mock_exchange.engine.symbols import Symbol


@dataclass
class ModelOrder:
    order_id: int
    placed: PlaceOrder
    quantity: int
    executed: int = 0
    open: bool = True

    @property
    def rest(self) -> int:
        return self.quantity - self.executed


class Model:
    def __init__(self, symbols: list[Symbol], fees: Fees) -> None:
        self.symbols = {symbol.name: symbol for symbol in symbols}
        self.fees = fees
        self.orders: list[ModelOrder] = []
        self.owned: dict[tuple[int, str], int] = {}
        """Free and locked together."""
        self.trades: dict[str, int] = dict.fromkeys(self.symbols, 0)

    def apply(self, command: Command) -> list[Event]:
        if isinstance(command, Deposit):
            self._give(command.account, command.asset, command.amount)
            return [Deposited(command.account, command.asset, command.amount)]
        if isinstance(command, PlaceOrder):
            return self._place(command)
        if isinstance(command, CancelOrder):
            return self._cancel(command)
        return self._cancel_all(command)

    # What anyone can ask.

    def open_orders(self, symbol: str, account: int | None = None) -> list[ModelOrder]:
        return [
            order
            for order in self.orders
            if order.open and order.placed.symbol == symbol and account in (None, order.placed.account)
        ]

    def locked(self, account: int, asset: str) -> int:
        need = 0
        for symbol in self.symbols.values():
            for order in self.open_orders(symbol.name, account):
                if order.placed.side is Side.BUY and symbol.quote == asset:
                    need += symbol.notional(order.placed.price, order.rest)
                if order.placed.side is Side.SELL and symbol.base == asset:
                    need += order.rest * symbol.lot_units
        return need

    def free(self, account: int, asset: str) -> int:
        return self.owned.get((account, asset), 0) - self.locked(account, asset)

    def levels(self, symbol: str, side: Side) -> list[tuple[int, int]]:
        rests: dict[int, int] = {}
        for order in self.open_orders(symbol):
            if order.placed.side is side:
                rests[order.placed.price] = rests.get(order.placed.price, 0) + order.rest
        return sorted(rests.items(), reverse=side is Side.BUY)

    # Orders in.

    def _place(self, command: PlaceOrder) -> list[Event]:
        reason = self._refusal(command)
        if reason is not None:
            return [Rejected(command.account, command.symbol, command.client_order_id, reason)]
        quantity, whole = self._size(command)
        order = ModelOrder(len(self.orders) + 1, command, quantity)
        self.orders.append(order)
        events: list[Event] = [
            Accepted(command.account, command.symbol, order.order_id, command.client_order_id),
            *self._trade(order),
        ]
        if order.rest == 0 and whole:
            order.open = False
        elif not _rests(command):
            order.open = False
            events.append(Expired(command.account, command.symbol, order.order_id))
        return events

    def _refusal(self, command: PlaceOrder) -> Rejection | None:
        mine = self.open_orders(command.symbol, command.account)
        if _rests(command) and len(mine) >= self.symbols[command.symbol].open_orders_max:
            return Rejection.MAX_NUM_ORDERS
        if command.client_order_id in [order.placed.client_order_id for order in mine]:
            return Rejection.DUPLICATE_CLIENT_ORDER_ID
        if command.type is OrderType.LIMIT_MAKER and self._counterparts(command):
            return Rejection.WOULD_TAKE
        quantity, whole = self._size(command)
        if not quantity and whole:
            return Rejection.LOT_SIZE
        symbol = self.symbols[command.symbol]
        asset = symbol.quote if command.side is Side.BUY else symbol.base
        if self.free(command.account, asset) < self._price_of(command, quantity):
            return Rejection.INSUFFICIENT_BALANCE
        return None

    def _price_of(self, command: PlaceOrder, quantity: int) -> int:
        """What the account must have to begin with."""
        symbol = self.symbols[command.symbol]
        if command.side is Side.SELL:
            return quantity * symbol.lot_units
        if command.type is not OrderType.MARKET:
            return symbol.notional(command.price, quantity)
        if command.quote_quantity:
            return command.quote_quantity
        return sum(symbol.notional(price, 1) for price in self._lots_on_offer(command)[:quantity])

    def _size(self, command: PlaceOrder) -> tuple[int, bool]:
        """Lots, and whether they are all that was asked for: lot by lot while the amount lasts."""
        if not command.quote_quantity:
            return command.quantity, True
        left, lots = command.quote_quantity, 0
        for price in self._lots_on_offer(command):
            cost = self.symbols[command.symbol].notional(price, 1)
            if cost > left:
                return lots, True
            left -= cost
            lots += 1
        return lots, left == 0

    def _lots_on_offer(self, command: PlaceOrder) -> list[int]:
        """The price of every single lot that the order could get, in the order in which it would get them."""
        return [order.placed.price for order in self._counterparts(command) for _ in range(order.rest)]

    def _counterparts(self, command: PlaceOrder) -> list[ModelOrder]:
        found = [
            order
            for order in self.open_orders(command.symbol)
            if order.placed.side is not command.side and _agree(command, order.placed.price)
        ]
        direction = 1 if command.side is Side.BUY else -1
        return sorted(found, key=lambda order: (direction * order.placed.price, order.order_id))

    def _trade(self, taker: ModelOrder) -> list[Event]:
        taker.open = False  # not its own counterpart
        counterparts = self._counterparts(taker.placed)
        fok = taker.placed.type is OrderType.LIMIT and taker.placed.time_in_force is TimeInForce.FOK
        if fok and sum(order.rest for order in counterparts) < taker.quantity:
            counterparts = []
        events = [self._fill(taker, maker) for maker in counterparts if taker.rest]
        taker.open = True
        return list(events)

    def _fill(self, taker: ModelOrder, maker: ModelOrder) -> Traded:
        symbol = self.symbols[taker.placed.symbol]
        lots = min(taker.rest, maker.rest)
        taker.executed += lots
        maker.executed += lots
        maker.open = maker.rest > 0
        quote_amount = symbol.notional(maker.placed.price, lots)
        buyer, seller = (taker, maker) if taker.placed.side is Side.BUY else (maker, taker)
        base_amount = lots * symbol.lot_units
        fee = {
            buyer.order_id: base_amount * self._rate(buyer is taker) // 10**6,
            seller.order_id: quote_amount * self._rate(seller is taker) // 10**6,
        }
        self._give(buyer.placed.account, symbol.base, base_amount - fee[buyer.order_id])
        self._give(buyer.placed.account, symbol.quote, -quote_amount)
        self._give(seller.placed.account, symbol.quote, quote_amount - fee[seller.order_id])
        self._give(seller.placed.account, symbol.base, -base_amount)
        self._give(FEE_ACCOUNT, symbol.base, fee[buyer.order_id])
        self._give(FEE_ACCOUNT, symbol.quote, fee[seller.order_id])
        self.trades[symbol.name] += 1
        return Traded(
            trade_id=self.trades[symbol.name],
            symbol=symbol.name,
            price=maker.placed.price,
            quantity=lots,
            quote_amount=quote_amount,
            taker_side=taker.placed.side,
            taker_account=taker.placed.account,
            taker_order_id=taker.order_id,
            taker_commission=fee[taker.order_id],
            maker_account=maker.placed.account,
            maker_order_id=maker.order_id,
            maker_commission=fee[maker.order_id],
            time_ms=taker.placed.time_ms,
        )

    def _rate(self, taker: bool) -> int:
        return self.fees.taker_ppm if taker else self.fees.maker_ppm

    def _give(self, account: int, asset: str, amount: int) -> None:
        self.owned[account, asset] = self.owned.get((account, asset), 0) + amount

    # Orders out.

    def _cancel(self, command: CancelOrder) -> list[Event]:
        mine = self.open_orders(command.symbol, command.account)
        if command.order_id:
            found = [order for order in mine if order.order_id == command.order_id]
        else:
            found = [order for order in mine if order.placed.client_order_id == command.client_order_id]
        if not found:
            return [Rejected(command.account, command.symbol, command.client_order_id, Rejection.UNKNOWN_ORDER)]
        if command.client_order_id not in ("", found[0].placed.client_order_id):
            return [Rejected(command.account, command.symbol, command.client_order_id, Rejection.ORDER_ID_MISMATCH)]
        return [self._close(found[0], command.new_client_order_id)]

    def _cancel_all(self, command: CancelAllOrders) -> list[Event]:
        mine = self.open_orders(command.symbol, command.account)
        if not mine:
            return [Rejected(command.account, command.symbol, "", Rejection.UNKNOWN_ORDER)]
        return [self._close(order, command.new_client_order_id) for order in mine]

    def _close(self, order: ModelOrder, cancel_id: str) -> Canceled:
        order.open = False
        return Canceled(order.placed.account, order.placed.symbol, order.order_id, cancel_id)


def _agree(command: PlaceOrder, price: int) -> bool:
    if command.type is OrderType.MARKET:
        return True
    return price <= command.price if command.side is Side.BUY else price >= command.price


def _rests(command: PlaceOrder) -> bool:
    if command.type is OrderType.LIMIT:
        return command.time_in_force is TimeInForce.GTC
    return command.type is OrderType.LIMIT_MAKER
