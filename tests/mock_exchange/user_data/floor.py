"""An exchange without ports: a real engine, a journal that is safe when told, and the user data of it all."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import msgspec

from mock_exchange.clock import Clock
from mock_exchange.commitment import Commitment
from mock_exchange.engine.commands import Command, Deposit, OrderType, PlaceOrder, Side, TimeInForce
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.symbols import SYMBOLS
from mock_exchange.user_data.feed import UserDataFeed

NOW_MS: Final = 1_760_000_000_123
CLOCK: Final = Clock(wall_ns=lambda: NOW_MS * 1_000_000, monotonic_ns=lambda: 0)
OWN, OTHER = 1, 2
LTC = replace(SYMBOLS["LTCUSDT"], notional_min="0")


class Shelf:
    """A journal whose writes are safe when the test says so."""

    def __init__(self) -> None:
        self.is_open = True
        self._waiting: list[Callable[[], None]] = []

    def append(self, command: Command) -> None:
        """Nothing needs to survive here."""

    def when_durable(self, then: Callable[[], None]) -> None:
        self._waiting.append(then)
        if self.is_open:
            self.sync()

    def sync(self) -> None:
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()


class Floor:
    """An exchange without ports: commands in, user events out."""

    def __init__(self) -> None:
        self.engine = Engine([LTC, SYMBOLS["ETHUSDT"]])
        self.shelf = Shelf()
        self.commitment = Commitment(self.engine, self.shelf)
        self.feed = UserDataFeed(self.engine, self.commitment.when_durable, CLOCK)
        self.commitment.add_listener(self.feed)
        for account in (OWN, OTHER):
            for asset in ("LTC", "USDT"):
                self.commitment.apply(Deposit(account, asset, 10**15, 1))

    def listen(self, account: int = OWN) -> list[dict[str, Any]]:
        """What the account is told from now on; the list grows."""
        told: list[dict[str, Any]] = []
        self.feed.subscribe(account, lambda event: told.append(json.loads(event)))
        return told

    def order(self, account: int, side: str, lots: int, price: int, **changes: Any) -> PlaceOrder:
        """For thousandths of LTC at a price in cents."""
        command = PlaceOrder(
            account=account,
            symbol="LTCUSDT",
            side=Side(side),
            type=OrderType.LIMIT,
            time_in_force=TimeInForce.GTC,
            price=price,
            quantity=lots,
            quote_quantity=0,
            client_order_id=f"order-{account}-{side}-{lots}-{price}",
            time_ms=1000,
        )
        return msgspec.structs.replace(command, **changes)

    def place(self, account: int, side: str, lots: int, price: int, **changes: Any) -> int:
        """Returns the order's id."""
        accepted: Any = self.commitment.apply(self.order(account, side, lots, price, **changes))[0]
        return int(accepted.order_id)

    def trade(self, price: int) -> None:
        """One of the others' smallest trades, at a price in cents."""
        for side in ("SELL", "BUY"):
            self.place(OTHER, side, 1, price, client_order_id=f"{side}-{price}")


def reports(told: Sequence[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(event[name] for name in names) for event in told if event["e"] == "executionReport"]
