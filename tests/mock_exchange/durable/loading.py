"""Clients that place, change and cancel orders of many kinds until their exchange dies, and remember what it said."""

import http.client
import json
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from tests.mock_exchange.served import OTHER, OWN, Account, Json, Served, limit_order, signed
from tests.mock_exchange.streams.test_local_book import LocalBook, snapshot_of
from tests.mock_exchange.websocket_client import WebSocket

REFUSALS = (-2010, -2011, -2013, -2022, -2038)
"""What a good request may meet: an order that has ended meanwhile, or a market that is not where it was."""
TOO_MANY_STOPS = "Filter failure: MAX_NUM_ALGO_ORDERS"
"""Met, too: those of clients that are no more are still there."""


class Market(NamedTuple):
    """Where the clients trade: at a few prices, so that they often meet."""

    symbol: str
    middle: int
    step: int
    quantity: str
    less: str
    """What an amendment leaves of the quantity."""

    def price(self, steps: int) -> str:
        return f"{self.middle + steps * self.step}.00"


MARKETS = (Market("BTCUSDT", 117_000, 10, "0.00200", "0.00100"), Market("LTCUSDT", 100, 1, "2.000", "1.000"))


@dataclass
class Memory:
    """What one client asked for, and what it was told."""

    sent: set[str] = field(default_factory=set)
    """Client order ids of all orders that it tried to place."""
    orders: dict[str, Json] = field(default_factory=dict)
    """The acknowledgement of each, by client order id."""
    refused: set[str] = field(default_factory=set)
    ending: set[str] = field(default_factory=set)
    """Ids of those that it wanted to be canceled, whatever came of it."""
    canceled: set[str] = field(default_factory=set)
    """Ids of those whose cancel was acknowledged."""
    quantities: dict[str, list[Decimal]] = field(default_factory=dict)
    """What an order's quantity may be now: the last that was acknowledged, and a smaller one that was asked for."""
    amended: int = 0
    replaced: int = 0
    first_accepted_at: float = float("inf")
    """Monotonic seconds."""

    def accepted(self, reply: Json) -> None:
        self.first_accepted_at = min(self.first_accepted_at, time.monotonic())
        self.orders[reply["clientOrderId"]] = reply
        self.quantities[reply["clientOrderId"]] = [Decimal(reply["origQty"])]

    def has_canceled(self, reply: Json) -> None:
        """Of a pair, the order that was still open: the other one may have expired when this one was triggered."""
        for each in reply.get("orderReports", [reply]):
            if each["status"] == "CANCELED":
                self.canceled.add(each["origClientOrderId"])


class BookKeeper(threading.Thread):
    """Keeps an order book from a snapshot and the stream, as strictly as clients do, until the connection breaks."""

    def __init__(self, served: Served, symbol: str) -> None:
        super().__init__(name=f"keeper of the {symbol} book")
        self.symbol = symbol
        self._client = WebSocket.opened(served.port("ws"), f"/ws/{symbol.lower()}@depth@100ms")
        self.book = LocalBook(snapshot_of(served, symbol))
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while True:
                self.book.apply(self._client.read_json())
        except OSError:
            pass  # the exchange is dead, as it should be
        except BaseException as failure:  # told in the test's own thread
            self.failure = failure
        finally:
            self._client.connection.close()


class Client(threading.Thread):
    """One request after another on one connection, until that breaks or ``over`` is set."""

    def __init__(self, served: Served, account: Account, name: str, rng: random.Random) -> None:
        super().__init__(name=name)
        self._port = served.port()
        self._account = account
        self._rng = rng
        self.memory = Memory()
        self.over = threading.Event()
        self.failure: BaseException | None = None
        self._resting: list[tuple[Market, str]] = []
        """Ids of orders that may still be open."""
        self._lists: list[tuple[Market, str]] = []
        """Ids of lists, each of which has two orders that are called after it."""

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            for number in range(10**9):
                if self.over.is_set():
                    break
                self._act(connection, self._rng.choice(MARKETS), f"{self.name}-{number}")
        except (OSError, http.client.HTTPException):
            pass  # the exchange is dead, as it should be
        except BaseException as failure:
            self.failure = failure
        finally:
            connection.close()

    def _act(self, connection: http.client.HTTPConnection, market: Market, name: str) -> None:
        chance = self._rng.random()
        if chance < 0.15 and not self._lists:
            self._place_pair(connection, market, name)
        elif chance < 0.3:
            self._place(connection, market, name, {"type": "MARKET", "timeInForce": None, "price": None})
        elif chance < 0.6 or not self._resting:
            self._place(connection, market, name, {})
        elif chance < 0.7:
            self._amend(connection, *self._rng.choice(self._resting))
        elif chance < 0.8:
            self._replace(connection, *self._taken(self._resting), name)
        elif chance < 0.85 and self._lists:
            self._cancel_pair(connection, *self._taken(self._lists))
        else:
            self._cancel(connection, *self._taken(self._resting))

    def _taken(self, names: list[tuple[Market, str]]) -> tuple[Market, str]:
        return names.pop(self._rng.randrange(len(names)))

    def _order(self, market: Market, name: str) -> dict[str, object]:
        side, steps = self._rng.choice([("BUY", -1), ("BUY", 0), ("SELL", 0), ("SELL", 1)])
        return limit_order(
            symbol=market.symbol,
            side=side,
            price=market.price(steps),
            quantity=market.quantity,
            newClientOrderId=name,
            newOrderRespType="FULL",
        )

    def _place(
        self, connection: http.client.HTTPConnection, market: Market, name: str, changes: Mapping[str, object]
    ) -> None:
        self.memory.sent.add(name)
        reply = self._call(connection, "POST order", {**self._order(market, name), **changes})
        self._is_placed(market, name, reply)

    def _is_placed(self, market: Market, name: str, reply: Json) -> None:
        if reply is None:
            self.memory.refused.add(name)
            return
        self.memory.accepted(reply)
        if reply["status"] in ("NEW", "PARTIALLY_FILLED"):
            self._resting.append((market, name))

    def _place_pair(self, connection: http.client.HTTPConnection, market: Market, name: str) -> None:
        """A sale above the market, and a stop that trades at its lower prices trigger."""
        legs = {f"{leg}ClientOrderId": f"{name}-{leg}" for leg in ("above", "below")}
        self.memory.sent.update(legs.values())
        pair = {"symbol": market.symbol, "side": "SELL", "quantity": market.quantity, "listClientOrderId": name, **legs}
        pair |= {"aboveType": "LIMIT_MAKER", "abovePrice": market.price(2), "belowType": "STOP_LOSS_LIMIT"}
        pair |= {"belowStopPrice": market.price(-1), "belowPrice": market.price(-2), "belowTimeInForce": "GTC"}
        reply = self._call(connection, "POST orderList/oco", pair)
        if reply is None:
            self.memory.refused.update(legs.values())
            return
        for report in reply["orderReports"]:
            self.memory.accepted(report)
        self._lists.append((market, name))

    def _amend(self, connection: http.client.HTTPConnection, market: Market, name: str) -> None:
        quantities = self.memory.quantities[name]
        if len(quantities) > 1 or quantities[0] == Decimal(market.less):
            return
        quantities.append(Decimal(market.less))
        amendment = {
            "symbol": market.symbol,
            "origClientOrderId": name,
            "newClientOrderId": name,
            "newQty": market.less,
        }
        reply = self._call(connection, "PUT order/amend/keepPriority", amendment)
        if reply is None:
            quantities.pop()
        else:
            quantities[:] = [Decimal(reply["amendedOrder"]["qty"])]  # as before, where too much of it was executed
            self.memory.amended += 1

    def _replace(self, connection: http.client.HTTPConnection, market: Market, old: str, name: str) -> None:
        self.memory.ending.add(old)
        self.memory.sent.add(name)
        order = self._order(market, name) | {"cancelReplaceMode": "STOP_ON_FAILURE", "cancelOrigClientOrderId": old}
        reply = self._call(connection, "POST order/cancelReplace", order)
        if reply is not None:
            self.memory.has_canceled(reply["cancelResponse"])
            self.memory.replaced += 1
        self._is_placed(market, name, reply and reply["newOrderResponse"])

    def _cancel(self, connection: http.client.HTTPConnection, market: Market, name: str) -> None:
        self.memory.ending.add(name)
        reply = self._call(connection, "DELETE order", {"symbol": market.symbol, "origClientOrderId": name})
        if reply is not None:
            self.memory.has_canceled(reply)

    def _cancel_pair(self, connection: http.client.HTTPConnection, market: Market, name: str) -> None:
        self.memory.ending |= {f"{name}-above", f"{name}-below"}
        reply = self._call(connection, "DELETE orderList", {"symbol": market.symbol, "listClientOrderId": name})
        if reply is not None:
            self.memory.has_canceled(reply)

    def _call(self, connection: http.client.HTTPConnection, call: str, parameters: Mapping[str, object]) -> Json:
        """The reply; None where it is a refusal that a good request may meet."""
        method, _, path = call.partition(" ")
        given = {name: value for name, value in parameters.items() if value is not None}
        text = signed(given, self._account.secret)
        connection.request(method, f"/api/v3/{path}?{text}", headers={"X-MBX-APIKEY": self._account.key})
        response = connection.getresponse()
        reply = json.loads(response.read())
        if response.status == 200:
            return reply
        is_fair = reply["code"] in REFUSALS or reply["msg"] == TOO_MANY_STOPS
        assert (response.status, is_fair) == (400, True), (call, given, reply)
        return None


def clients(served: Served, name: str, rng: random.Random) -> list[Client]:
    """Four of them, on two accounts, at work."""
    started = [
        Client(served, account, f"{name}-{number}", random.Random(rng.random()))  # noqa: S311 - reproducible
        for number, account in enumerate((OWN, OTHER, OWN, OTHER))
    ]
    for client in started:
        client.start()
    return started
