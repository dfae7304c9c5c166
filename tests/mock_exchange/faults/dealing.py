"""Orders in a market where only tests trade, and what the venue says of them in each of its ways."""

from itertools import count

from tests.mock_exchange.served import OTHER, OWN, TOKEN, Account, Json, Served, limit_order
from tests.mock_exchange.websocket_client import WebSocket

SYMBOL = "LTCUSDT"
PRICE = 100
_BIDS = count(2_000)
"""Cents."""


def place(exchange: Served, account: Account, side: str, price: object = PRICE, **changes: object) -> Json:
    """One LTC at this price, unless changed."""
    order = limit_order(symbol=SYMBOL, side=side, quantity=1, price=price) | changes
    reply = exchange.signed_call("POST", "/api/v3/order", account, **order)
    assert reply.status == 200, reply.body
    return reply.json


def deal(exchange: Served, **changes: object) -> Json:
    """OWN buys one from OTHER; what the venue answers to the buyer."""
    place(exchange, OTHER, "SELL")
    return place(exchange, OWN, "BUY", **changes)


def last_trade_id(exchange: Served) -> int:
    return int(exchange.get("/api/v3/trades", symbol=SYMBOL, limit=1).json[-1]["id"])


def bid(exchange: Served, **changes: object) -> str:
    """OWN bids for one, below the market and at a price of its own, which is returned as depth shows it."""
    price = f"{next(_BIDS) / 100:.2f}"
    place(exchange, OWN, "BUY", price, **changes)
    return f"{price}000000"


def order_of(exchange: Served, order_id: int, account: Account = OWN) -> Json:
    return exchange.signed_call("GET", "/api/v3/order", account, symbol=SYMBOL, orderId=order_id).json


def true_order(exchange: Served, order_id: int) -> Json:
    return next(order for order in exchange.admin_lines("/truth") if order["orderId"] == order_id)


def snapshot(exchange: Served, symbol: str = SYMBOL) -> Json:
    return exchange.get("/api/v3/depth", symbol=symbol, limit=5000).json


def of_fault(exchange: Served, fault_id: str) -> Json:
    """What the venue tells of a fault, in force or lifted."""
    return exchange.call("GET", "/faults", port="admin", token=TOKEN).json[fault_id]


def trades_until(client: WebSocket, trade_id: int) -> list[int]:
    """The ids that a trade stream tells, up to this one."""
    told = [int(client.read_json()["t"])]
    while told[-1] != trade_id:
        told.append(int(client.read_json()["t"]))
    return told


def says_nothing(client: WebSocket) -> bool:
    """Nothing was sent before the reply to a request, which was sent after all that came before."""
    reply = client.call("LIST_SUBSCRIPTIONS", request_id=4711)
    return "result" in reply and bool(reply["id"] == 4711)
