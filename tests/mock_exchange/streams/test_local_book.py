"""A book kept as the venue's documentation tells clients to keep one, under orders from several sides at once."""

import random
import threading
from collections.abc import Mapping

import pytest

from tests.mock_exchange.served import OTHER, OWN, Account, Json, Served
from tests.mock_exchange.websocket_client import WebSocket, websocket

SYMBOL = "BTCUSDT"
PRICES = [f"{price}.00" for price in range(119_990, 122_010, 20)]


class LocalBook:
    """Strict, as ccxt.pro and python-binance are: every event must begin right after the one before it."""

    def __init__(self, snapshot: Json) -> None:
        self.update_id: int = snapshot["lastUpdateId"]
        self.sides: Mapping[str, dict[str, str]] = {"b": dict(snapshot["bids"]), "a": dict(snapshot["asks"])}
        self.joined = False
        self.updates = 0

    def apply(self, event: Json) -> None:
        if event["u"] <= self.update_id:
            return
        if self.joined:
            assert event["U"] == self.update_id + 1
        else:
            assert event["U"] <= self.update_id + 1
            self.joined = True
        self.updates += 1
        self.update_id = event["u"]
        for name, levels in self.sides.items():
            levels.update(event[name])
            for price, quantity in event[name]:
                if float(quantity) == 0:
                    del levels[price]

    def check(self, snapshot: Json) -> None:
        assert self.sides == {"b": dict(snapshot["bids"]), "a": dict(snapshot["asks"])}


def trade_at_random(exchange: Served, account: Account, seed: int, over: threading.Event) -> None:
    chance = random.Random(seed)  # noqa: S311
    while not over.is_set():
        if chance.random() < 0.15:
            exchange.signed_call("DELETE", "/api/v3/openOrders", account, symbol=SYMBOL)
            continue
        exchange.signed_call(
            "POST",
            "/api/v3/order",
            account,
            symbol=SYMBOL,
            side=chance.choice(["BUY", "SELL"]),
            type="LIMIT",
            timeInForce=chance.choice(["GTC", "GTC", "IOC"]),
            price=chance.choice(PRICES),
            quantity=f"0.{chance.randrange(1, 50):03}",
        )


def snapshot_of(exchange: Served, symbol: str = SYMBOL) -> Json:
    return exchange.get("/api/v3/depth", symbol=symbol, limit=5000).json


def follow(client: WebSocket, book: LocalBook, update_id: int) -> None:
    """Read until the book has this update."""
    while book.update_id < update_id:
        book.apply(client.read_json())


@pytest.mark.parametrize("seed", range(3))
def test_diffs_and_a_snapshot_make_the_book_while_many_trade(exchange: Served, seed: int) -> None:
    over = threading.Event()
    traders = [
        threading.Thread(target=trade_at_random, args=(exchange, account, seed * 10 + number, over))
        for number, account in enumerate((OWN, OTHER, OWN))
    ]
    with (
        websocket(exchange.port("ws"), "/ws/btcusdt@depth@100ms") as fast,
        websocket(exchange.port("ws"), "/ws/btcusdt@depth") as slow,
    ):
        for trader in traders:
            trader.start()
        try:
            buffered = [fast.read_json()]
            books = LocalBook(snapshot_of(exchange)), LocalBook(snapshot_of(exchange))
            for event in buffered:
                books[0].apply(event)
            for client, book, updates in zip((fast, slow), books, (10, 2), strict=True):
                while book.updates < updates:
                    book.apply(client.read_json())
        finally:
            over.set()
            for trader in traders:
                trader.join()
        end = snapshot_of(exchange)
        for client, book in zip((fast, slow), books, strict=True):
            follow(client, book, end["lastUpdateId"])
            book.check(end)
