"""The engine against a slow exchange that is easy to believe, over long random sequences of commands.

Every command must give the same events in both; the laws below are also stated on their own, so that a mistake which
engine and model share would still have to break one of them.
"""

from itertools import pairwise

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mock_exchange.engine.commands import AmendOrder, Command, Deposit, PlaceOrder, SetSymbolStatus, Side, SymbolStatus
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import (
    Accepted,
    Activated,
    Amended,
    Canceled,
    Event,
    Expired,
    ExpiryReason,
    Prevented,
    Traded,
    Triggered,
)
from mock_exchange.engine.orders import Balance, Order, OrderStatus
from tests.mock_exchange.engine import strategies
from tests.mock_exchange.engine.model import Model
from tests.mock_exchange.engine.strategies import ACCOUNTS, ASSETS, FEES, SYMBOLS, TIME_MS

LOT = SYMBOLS[0].lot_units
LOT_COST = SYMBOLS[0].notional(1, 1)


class EngineAgainstModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.engine = Engine(SYMBOLS, FEES)
        self.model = Model(SYMBOLS, FEES)
        self.deposited = dict.fromkeys(ASSETS, 0)
        self.ended: set[int] = set()
        """Ids of orders that have reached their final state."""
        self.told: dict[str, dict[tuple[Side, int], int]] = {symbol.name: {} for symbol in SYMBOLS}
        """What a listener knows of the books that looks at touched levels only."""
        self.commands: list[Command] = []
        self.events: list[Event] = []

    def apply(self, command: Command) -> None:
        events = self.engine.apply(command)
        assert events == self.model.apply(command)
        self._every_order_ends_once(events)
        _whoever_self_trade_prevention_ended_was_prevented_last(events)
        _every_taker_gets_the_best_price_first(events)
        self.commands.append(command)
        self.events += events

    def _every_order_ends_once(self, events: list[Event]) -> None:
        for event in events:
            assert self.ended.isdisjoint(orders_of(event)), f"{event} is about an order that had ended"
            if isinstance(event, Canceled | Expired):
                self.ended.add(event.order_id)
        filled = {order.order_id for order in self.engine.all_orders() if order.status is OrderStatus.FILLED}
        canceled_or_expired = {event.order_id for event in events if isinstance(event, Canceled | Expired)}
        assert filled.isdisjoint(canceled_or_expired)
        self.ended |= filled

    @initialize(riches=st.integers(min_value=0, max_value=40))
    def begin(self, riches: int) -> None:
        for account in ACCOUNTS if riches else ():
            self.deposit(Deposit(account, "BTC", riches * LOT, TIME_MS))
            self.deposit(Deposit(account, "ETH", riches * LOT, TIME_MS))
            self.deposit(Deposit(account, "USDT", riches * 50, TIME_MS))

    @rule(command=strategies.deposits)
    def deposit(self, command: Deposit) -> None:
        self.deposited[command.asset] += command.amount
        self.apply(command)

    @rule(command=strategies.limit_orders)
    def place_limit_order(self, command: Command) -> None:
        self.apply(command)

    @rule(command=strategies.limit_orders)
    def place_another_limit_order(self, command: Command) -> None:
        self.apply(command)

    @rule(command=strategies.market_orders)
    def place_market_order(self, command: Command) -> None:
        self.apply(command)

    @rule(command=strategies.stop_orders)
    def place_stop_order(self, command: Command) -> None:
        self.apply(command)

    @rule(command=strategies.icebergs)
    def place_iceberg(self, command: Command) -> None:
        self.apply(command)

    @rule(command=strategies.order_lists)
    def place_order_list(self, command: Command) -> None:
        self.apply(command)

    @rule(command=strategies.replacements)
    def replace(self, command: Command) -> None:
        self.apply(command)

    @rule(command=strategies.amends)
    def amend(self, command: Command) -> None:
        self.apply(command)

    @rule(orders=strategies.meetings)
    def two_orders_meet(self, orders: tuple[PlaceOrder, PlaceOrder]) -> None:
        for order in orders:
            self.apply(order)

    @rule(before=strategies.meetings, command=strategies.trailing_buys, after=strategies.meetings)
    def amend_a_trailing_buy_of_all_that_is_free(
        self, before: tuple[PlaceOrder, PlaceOrder], command: PlaceOrder, after: tuple[PlaceOrder, PlaceOrder]
    ) -> None:
        """After the price has moved: chance alone hardly ever gets there without a lot's money to spare."""
        self.two_orders_meet(before)
        lot_cost = LOT_COST * self.engine.last_price(command.symbol)
        lots = self.engine.balances(command.account).get("USDT", Balance()).free // lot_cost if lot_cost else 0
        if lots:
            self.apply(msgspec.structs.replace(command, quantity=min(lots, 1000)))
            self.two_orders_meet(after)
            for order in self.orders_of_several_lots():
                if order.is_waiting:
                    self.take_a_lot_from(order)

    @rule(number=st.integers(min_value=0, max_value=99))
    def amend_one_of_the_open_orders(self, number: int) -> None:
        orders = self.orders_of_several_lots()
        if orders:
            self.take_a_lot_from(orders[number % len(orders)])

    def take_a_lot_from(self, order: Order) -> None:
        name = order.client_order_id
        self.apply(AmendOrder(order.account, order.symbol, order.order_id, "", name, order.quantity - 1, TIME_MS))

    def orders_of_several_lots(self) -> list[Order]:
        return [order for account in ACCOUNTS for order in self.engine.open_orders(account) if order.quantity > 1]

    @rule(command=strategies.list_cancels)
    def cancel_order_list(self, command: Command) -> None:
        self.apply(command)

    @rule(command=strategies.statuses)
    def set_status(self, command: Command) -> None:
        self.apply(command)

    @precondition(lambda self: self.is_any_market_closed())
    @rule()
    def reopen(self) -> None:
        for symbol in SYMBOLS:
            self.apply(SetSymbolStatus(symbol.name, SymbolStatus.TRADING, TIME_MS))

    def is_any_market_closed(self) -> bool:
        return any(self.engine.symbol_status(symbol.name) is not SymbolStatus.TRADING for symbol in SYMBOLS)

    @rule(command=strategies.cancels)
    def cancel(self, command: Command) -> None:
        self.apply(command)

    @rule(command=strategies.cancel_alls)
    def cancel_all(self, command: Command) -> None:
        self.apply(command)

    @invariant()
    def every_asset_is_conserved(self) -> None:
        for asset in ASSETS:
            held = [balances[asset] for balances in self.engine.accounts().values() if asset in balances]
            assert sum(balance.free + balance.locked for balance in held) == self.deposited[asset]

    @invariant()
    def nobody_owes_anything_and_holds_are_what_open_orders_need(self) -> None:
        for account in ACCOUNTS:
            for asset, balance in self.engine.balances(account).items():
                assert balance.locked == self.model.locked(account, asset)
                assert balance.free == self.model.free(account, asset) >= 0

    @invariant()
    def the_book_is_the_models_and_not_crossed(self) -> None:
        for symbol in SYMBOLS:
            depth = self.engine.depth(symbol.name, 100)
            assert depth.bids == self.model.levels(symbol.name, Side.BUY)
            assert depth.asks == self.model.levels(symbol.name, Side.SELL)
            if self.engine.symbol_status(symbol.name) is SymbolStatus.TRADING:
                assert not depth.bids or not depth.asks or depth.bids[0].price < depth.asks[0].price

    @invariant()
    def whoever_looks_at_touched_levels_only_knows_the_book(self) -> None:
        for symbol, told in self.told.items():
            depth = self.engine.depth(symbol, 100)
            levels = {(Side.BUY, price): lots for price, lots in depth.bids}
            levels |= {(Side.SELL, price): lots for price, lots in depth.asks}
            for key in self.engine.drain_touched(symbol):
                told[key] = levels.get(key, 0)
            assert {key: lots for key, lots in told.items() if lots} == levels

    @invariant()
    def no_order_executes_more_than_its_quantity(self) -> None:
        for order in self.engine.all_orders():
            assert 0 <= order.executed <= order.executed + order.prevented <= order.quantity
            assert order.status is not OrderStatus.FILLED or order.remaining == 0
            assert order.is_open == (order.order_id not in self.ended)

    @invariant()
    def open_orders_are_the_models(self) -> None:
        for symbol in SYMBOLS:
            for account in ACCOUNTS:
                mine = self.engine.open_orders(account, symbol.name)
                expected = self.model.open_orders(symbol.name, account)
                assert [(order.order_id, order.executed, order.remaining, order.client_order_id) for order in mine] == [
                    (order.order_id, order.executed, order.rest, order.name) for order in expected
                ]

    def teardown(self) -> None:
        """What the journal will rely on: the same commands, read back from bytes, give the same bytes."""
        journal = msgspec.msgpack.encode(self.commands)
        again = Engine(SYMBOLS, FEES)
        events = [
            event for command in msgspec.msgpack.decode(journal, type=list[Command]) for event in again.apply(command)
        ]
        assert msgspec.msgpack.encode(events) == msgspec.msgpack.encode(self.events)


def _every_taker_gets_the_best_price_first(events: list[Event]) -> None:
    trades = [event for event in events if isinstance(event, Traded)]
    for earlier, later in pairwise(trades):
        if earlier.taker_order_id == later.taker_order_id:
            direction = 1 if later.taker_side is Side.BUY else -1
            assert direction * earlier.price <= direction * later.price


def _whoever_self_trade_prevention_ended_was_prevented_last(events: list[Event]) -> None:
    last: dict[int, Event] = {}
    for event in events:
        if isinstance(event, Expired) and event.reason is ExpiryReason.SELF_TRADE:
            assert isinstance(last[event.order_id], Prevented)
        last |= dict.fromkeys(orders_of(event), event)


def orders_of(event: Event) -> set[int]:
    if isinstance(event, Traded | Prevented):
        return {event.taker_order_id, event.maker_order_id}
    of_one = Accepted | Activated | Amended | Canceled | Expired | Triggered
    return {event.order_id} if isinstance(event, of_one) else set()


EngineAgainstModel.TestCase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
TestEngineAgainstModel = EngineAgainstModel.TestCase
