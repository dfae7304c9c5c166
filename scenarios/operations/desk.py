"""What a worker knows while it trades: ladders of its symbols, its own open orders, and its stream of choices."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from scenarios.operations.ladder import Ladder
from scenarios.operations.orders import OpenOrders, OwnOrder

CLIENT_ORDER_ID_LENGTH_MAX = 36


@dataclass(frozen=True, slots=True)
class Desk:
    ladders: Mapping[str, Ladder]
    choose: random.Random
    run_token: str
    """Tells the client order ids of this run from those of every other."""
    orders: OpenOrders = field(default_factory=OpenOrders)

    def client_order_id(self, arrival: int) -> str:
        """Unique in the run, and what joins a sample to the venue's ledger."""
        return f"bo-{self.run_token}-{arrival}"

    def order_to_cancel(self, symbol: str) -> OwnOrder:
        return self.orders.take(self.choose) or self._never_placed(symbol)

    def order_to_query(self, symbol: str) -> OwnOrder:
        return self.orders.look(self.choose) or self._never_placed(symbol)

    def _never_placed(self, symbol: str) -> OwnOrder:
        """Before the first order: the venue answers that it does not know it, which is an answer."""
        return OwnOrder(symbol, f"bo-{self.run_token}-none")
