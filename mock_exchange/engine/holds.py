"""What open orders hold: moves an account's money between free and locked, for one symbol.

A working order holds what the rest of it needs at its own price. An order that waits for its price holds ``held``,
which was worked out when it began to wait; one that waits for another order holds nothing.
"""

from typing import Final

from mock_exchange.engine.accounts import Accounts
from mock_exchange.engine.commands import OrderType, PlaceOrder, Side
from mock_exchange.engine.orders import Balance, Order
from mock_exchange.engine.symbols import Symbol

# Bound once: reading a member from its enum class costs ten times as much on Python 3.11, and orders pass here.
_BUY: Final = Side.BUY


class Holds:
    __slots__ = ("_accounts", "_symbol")

    def __init__(self, symbol: Symbol, accounts: Accounts) -> None:
        self._symbol = symbol
        self._accounts = accounts

    def paying(self, account: int, side: Side) -> Balance:
        """The balance that an order of this side is paid from."""
        return self._accounts.balance(account, self._symbol.quote if side is _BUY else self._symbol.base)

    def can_pay(self, command: PlaceOrder) -> bool:
        """Whether the account has free what a limit order needs."""
        lots = command.quantity
        if command.side is _BUY:
            cost = command.price * lots * self._symbol.notional_units
            return self._accounts.balance(command.account, self._symbol.quote).free >= cost
        return self._accounts.balance(command.account, self._symbol.base).free >= lots * self._symbol.lot_units

    def need(self, order: Order) -> int:
        """What a working order holds."""
        lots = order.remaining
        if order.side is _BUY:
            return self._symbol.notional(order.price, lots)
        return lots * self._symbol.lot_units

    def release_difference(self, order: Order, price: int, lots: int) -> None:
        """Free what a buyer holds for lots beyond what they cost at a better price."""
        _lock(self.paying(order.account, order.side), -self._symbol.notional(order.price - price, lots))

    def keep_waiting(self, order: Order, amount: int) -> None:
        order.held = amount
        _lock(self.paying(order.account, order.side), amount)

    def release_waiting(self, order: Order) -> None:
        _lock(self.paying(order.account, order.side), -order.held)
        order.held = 0

    def waiting_need(self, order: Order) -> int:
        """What a waiting order should hold: by the last price of when it began to wait, however it has moved since."""
        return waiting_need(self._symbol, order, order.hold_price)

    def keep(self, order: Order, lots: int) -> None:
        """Lock what lots need at a working order's own price; free it where they are negative."""
        if order.side is _BUY:
            balance = self._accounts.balance(order.account, self._symbol.quote)
            amount = order.price * lots * self._symbol.notional_units
        else:
            balance = self._accounts.balance(order.account, self._symbol.base)
            amount = lots * self._symbol.lot_units
        balance.free -= amount
        balance.locked += amount


def _lock(balance: Balance, amount: int) -> None:
    balance.free -= amount
    balance.locked += amount


def waiting_need(symbol: Symbol, order: Order | PlaceOrder, last_price: int) -> int:
    """What an order that waits for its price should hold, in 1e-8 of the asset that it pays with.

    A buy that will be a market order has no price of its own: it holds what it costs at its stop price or, where it
    trails without one, at the last price. Should the book ask for more than the account has free when the order
    triggers, it expires. (What the venue holds for it is not documented.)
    """
    if order.side is not _BUY:
        return order.quantity * symbol.lot_units
    price = order.price if order.type not in MARKET_STOPS else order.stop_price or last_price
    return symbol.notional(price, order.quantity)


MARKET_STOPS: Final = frozenset((OrderType.STOP_LOSS, OrderType.TAKE_PROFIT))
"""Stops that are market orders once they are triggered."""
