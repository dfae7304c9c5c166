"""Orders that move a market, for tests of what the streams say of it."""

from tests.mock_exchange.served import OTHER, Json, Served, limit_order


def best_ask(exchange: Served, symbol: str = "BTCUSDT") -> tuple[str, str]:
    """Price and quantity."""
    ticker = exchange.get("/api/v3/ticker/bookTicker", symbol=symbol).json
    return ticker["askPrice"], ticker["askQty"]


def take(exchange: Served, **changes: object) -> Json:
    """Buy a little at the best ask."""
    order = limit_order(price=best_ask(exchange, str(changes.get("symbol", "BTCUSDT")))[0], timeInForce="IOC")
    reply = exchange.signed_call("POST", "/api/v3/order", OTHER, **(order | changes))
    assert reply.status == 200, reply.body
    assert reply.json["fills"], reply.body
    return reply.json
