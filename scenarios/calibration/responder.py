"""A venue that answers at once and does nothing: one process, ready-made replies, so that it is not what is measured.

``python -m scenarios.calibration.responder`` listens on a free port of this host and prints ``{"rest": URL}``. Asked to
end (SIGTERM), it prints ``{"busy_ns": N, "open_ns": N}``: its processor time, and the time from its first request to
its last one.
"""

import asyncio
import json
import signal
import time
from typing import cast

import httptools
import uvloop
from pydantic import JsonValue

SYMBOL: dict[str, JsonValue] = {
    "symbol": "BTCUSDT",
    "status": "TRADING",
    "baseAsset": "BTC",
    "quoteAsset": "USDT",
    "baseAssetPrecision": 8,
    "quoteAssetPrecision": 8,
    "orderTypes": ["LIMIT", "MARKET"],
    "permissionSets": [["SPOT"]],
    "filters": [
        {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000.00", "tickSize": "0.01"},
        {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000.00", "stepSize": "0.00001"},
        {"filterType": "NOTIONAL", "minNotional": "5.00", "maxNotional": "9000000.00"},
    ],
}
ORDER: dict[str, JsonValue] = {
    "symbol": "BTCUSDT",
    "orderId": 1,
    "orderListId": -1,
    "clientOrderId": "x",
    "transactTime": 1,
    "price": "117000.00000000",
    "origQty": "0.00010000",
    "executedQty": "0.00000000",
    "cummulativeQuoteQty": "0.00000000",
    "status": "NEW",
    "timeInForce": "GTC",
    "type": "LIMIT",
    "side": "BUY",
    "workingTime": 1,
    "fills": [],
    "selfTradePreventionMode": "NONE",
}
ANSWERS: dict[str, JsonValue] = {
    "/api/v3/exchangeInfo": {"timezone": "UTC", "serverTime": 1, "rateLimits": [], "symbols": [SYMBOL]},
    "/api/v3/ticker/bookTicker": {
        "symbol": "BTCUSDT",
        "bidPrice": "116999.99",
        "bidQty": "1",
        "askPrice": "117000.01",
        "askQty": "1",
    },
    "/api/v3/ticker/price": {"symbol": "BTCUSDT", "price": "117000.00"},
    "/api/v3/depth": {"lastUpdateId": 1, "bids": [["116999.99", "1"]], "asks": [["117000.01", "1"]]},
    "/api/v3/order": ORDER,
}
"""What a client may ask, by path; of anything else it gets an empty object."""


def body_of(answer: JsonValue) -> bytes:
    """As short as the venue writes it."""
    return json.dumps(answer, separators=(",", ":")).encode()


def reply(body: bytes) -> bytes:
    """The body as a whole HTTP reply."""
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


REPLIES = {path.encode(): reply(body_of(answer)) for path, answer in ANSWERS.items()}
NOTHING = reply(b"{}")


class OpenTime:
    """From the first request to the last."""

    __slots__ = ("first_ns", "last_ns")

    def __init__(self) -> None:
        self.first_ns = self.last_ns = 0

    def seen(self) -> None:
        self.last_ns = time.monotonic_ns()
        self.first_ns = self.first_ns or self.last_ns


class Responder(asyncio.Protocol):
    """One connection: a request in, the ready-made reply out."""

    def __init__(self, open_time: OpenTime) -> None:
        self._open_time = open_time
        self._parser = httptools.HttpRequestParser(self)
        self._path = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are not subclasses of asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._open_time.seen()
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """Called by the parser, with parts of it where it came in parts."""
        self._path += url

    def on_message_complete(self) -> None:
        """Called by the parser."""
        path, self._path = self._path.partition(b"?")[0], b""
        self._transport.write(REPLIES.get(path, NOTHING))


async def serve() -> None:
    """Until told to end."""
    open_time, loop, told_to_end = OpenTime(), asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told_to_end.set)
    server = await loop.create_server(lambda: Responder(open_time), "127.0.0.1", 0, backlog=1024)
    tell({"rest": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"})
    await told_to_end.wait()
    tell({"busy_ns": time.process_time_ns(), "open_ns": open_time.last_ns - open_time.first_ns})


def tell(message: dict[str, JsonValue]) -> None:
    print(json.dumps(message), flush=True)  # noqa: T201  the run reads it


if __name__ == "__main__":
    uvloop.run(serve())
