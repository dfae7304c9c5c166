"""A market in which only tests trade: the book is empty and the last price is 120 when each of them begins."""

from tests.mock_exchange.served import OTHER, OWN, Account, Json, Reply, Served

SYMBOL = "LTCUSDT"
LAST_PRICE = 120
ORDER = "/api/v3/order"


class Pit:
    def __init__(self, exchange: Served) -> None:
        self.exchange = exchange

    def send(self, method: str, path: str, account: Account = OWN, /, **parameters: object) -> Reply:
        return self.exchange.signed_call(method, path, account, **({"symbol": SYMBOL} | parameters))

    def place(self, side: str, kind: str, account: Account = OWN, /, **parameters: object) -> Reply:
        order = {"side": side, "type": kind, "quantity": 1, "newOrderRespType": "RESULT"}
        return self.send("POST", ORDER, account, **(order | parameters))

    def limit(self, side: str, price: object, account: Account = OWN, /, **parameters: object) -> Json:
        reply = self.place(side, "LIMIT", account, **({"price": price, "timeInForce": "GTC"} | parameters))
        assert reply.status == 200, reply.body
        return reply.json

    def order(self, order_id: int, account: Account = OWN) -> Json:
        return self.send("GET", ORDER, account, orderId=order_id).json

    def trade_at(self, price: object) -> None:
        """Make this the last price: somebody else trades with himself."""
        self.limit("SELL", price, OTHER)
        assert self.limit("BUY", price, OTHER)["status"] == "FILLED"

    def locked(self, asset: str) -> float:
        balances = self.exchange.signed_call("GET", "/api/v3/account").json["balances"]
        return next(float(each["locked"]) for each in balances if each["asset"] == asset)

    def clear(self) -> None:
        for account in (OWN, OTHER):
            self.send("DELETE", "/api/v3/openOrders", account)
        self.trade_at(LAST_PRICE)
