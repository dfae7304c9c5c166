"""Many clients at once, and some that behave badly: the others must not notice."""

import signal
from contextlib import ExitStack

import pytest

from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.served import Served, serving
from tests.mock_exchange.websocket_client import TEXT, WebSocket, frame_bytes, websocket

FIVE_BOOKS = "/".join(f"{symbol}usdt@depth20@100ms" for symbol in ("btc", "eth", "ltc", "xrp", "doge"))
SMALL = {
    "websocket": {
        "send_buffer_bytes": 32_768,
        "socket_buffer_bytes": 4096,
        "messages_per_second": 10_000,
        "close_deadline": "200ms",
    },
    "streams": {"fast": "20ms"},
}


def place_and_follow(exchange: Served, client: WebSocket, update_id: int, orders: int) -> int:
    """Each order is told before the next one is placed, and joins the one before; returns the last update."""
    for number in range(orders):
        assert exchange.place(price=f"{90_000 + number}.00").status == 200
        event = client.read_json()
        assert event["U"] == update_id + 1
        update_id = event["u"]
    return update_id


def test_a_client_that_does_not_read_is_cut_and_another_misses_nothing() -> None:
    with (
        serving(SMALL) as exchange,
        websocket(exchange.port("ws"), "/ws/btcusdt@depth@100ms") as fast,
        websocket(exchange.port("ws"), f"/stream?streams={FIVE_BOOKS}", receive_bytes=4096) as slow,
    ):
        update_id = exchange.get("/api/v3/depth", symbol="BTCUSDT", limit=1).json["lastUpdateId"]
        while not exchange.metrics()["exchange_websockets_cut_total"]:
            update_id = place_and_follow(exchange, fast, update_id, 1)
        place_and_follow(exchange, fast, update_id, 5)
        assert slow.is_dropped()


def test_a_thousand_idle_connections_leave_room_for_one_that_works() -> None:
    with serving(SMALL) as exchange, ExitStack() as stack:
        for _ in range(1000):
            stack.callback(WebSocket.opened(exchange.port("ws"), "/ws/btcusdt@trade").close)
        assert exchange.metrics()["exchange_websockets"] == 1000
        with websocket(exchange.port("ws"), "/ws/btcusdt@depth@100ms") as client:
            update_id = exchange.get("/api/v3/depth", symbol="BTCUSDT", limit=1).json["lastUpdateId"]
            place_and_follow(exchange, client, update_id, 10)
        stack.close()
        eventually(lambda: exchange.metrics()["exchange_websockets"] == 0, "the end of the connections")


def test_whoever_asks_too_often_is_cut() -> None:
    with serving() as exchange, websocket(exchange.port("ws"), "/ws") as client:
        for number in range(6):
            client.send_json({"method": "LIST_SUBSCRIPTIONS", "id": number})
        assert [client.read_json()["id"] for _ in range(5)] == [0, 1, 2, 3, 4]
        assert client.read_close() == 1008


@pytest.mark.parametrize(
    "garbage",
    [b"\xff" * 100, b"\x81\x05hello", b"\x81\xfe\xff\xff" + b"x" * 4],
    ids=["bytes", "unmasked", "half a frame"],
)
def test_garbage_ends_its_connection_and_no_other(exchange: Served, garbage: bytes) -> None:
    with websocket(exchange.port("ws"), "/ws") as honest, websocket(exchange.port("ws"), "/ws") as vandal:
        vandal.send_bytes(garbage + frame_bytes(TEXT, b"x" * 66_000))
        assert vandal.read_close() in {1002, 1009}
        assert honest.call("LIST_SUBSCRIPTIONS")["result"] == []


def test_an_exchange_that_stops_says_so_in_the_words_of_the_stream() -> None:
    with (
        serving() as exchange,
        websocket(exchange.port("ws"), "/ws") as raw,
        websocket(exchange.port("ws"), "/stream?timeUnit=MICROSECOND") as combined,
    ):
        exchange.process.send_signal(signal.SIGTERM)
        event, wrapped = raw.read_json(), combined.read_json()
        assert event["e"] == "serverShutdown"
        assert wrapped["stream"] == "!serverShutdown"
        assert wrapped["data"]["e"] == "serverShutdown"
        assert abs(wrapped["data"]["E"] // 1000 - event["E"]) < 10_000
        assert (raw.read_close(), combined.read_close()) == (1001, 1001)
        exchange.process.wait(20)


def test_a_connection_that_has_lived_its_time_is_told_and_closed() -> None:
    limits = {"websocket": {"lifetime": "800ms", "shutdown_notice": "400ms"}}
    with serving(limits) as exchange, websocket(exchange.port("ws"), "/ws") as client:
        assert client.read_json()["e"] == "serverShutdown"
        assert client.read_close() == 1001
