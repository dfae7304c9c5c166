"""The venue's own Python client, binance-sdk-spot, trades and streams with only its URLs and keys set.

Its WebSocket API and user events: tests/mock_exchange/ws_api. ``BROWNOUT_WATCH_SECONDS`` as in test_ccxt_pro.py.
"""

import asyncio
from typing import Any

import pytest

from tests.end_to_end.clients.venue import Venue, busy
from tests.end_to_end.clients.waiting import WATCH_SECONDS, until
from tests.mock_exchange.served import KEY, SECRET, Json
from tests.mock_exchange.streams.test_local_book import LocalBook

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),  # the client's own
]

SYMBOL = "BTCUSDT"
RESTING = {"symbol": SYMBOL, "side": "BUY", "type": "LIMIT", "time_in_force": "GTC", "quantity": 0.01}


def spot(venue: Venue) -> Any:
    package = pytest.importorskip("binance_sdk_spot.spot", reason="in the e2e extra: make test-slow installs it")
    return package.Spot(
        config_rest_api=package.ConfigurationRestAPI(
            api_key=KEY, api_secret=SECRET, base_path=venue.rest, timeout=10000
        ),
        config_ws_api=package.ConfigurationWebSocketAPI(
            api_key=KEY, api_secret=SECRET, stream_url=f"{venue.ws}/ws-api/v3"
        ),
        config_ws_streams=package.ConfigurationWebSocketStreams(stream_url=f"{venue.ws}/stream"),
    )


def test_an_order_lives_over_rest(venue: Venue) -> None:
    rest = spot(venue).rest_api
    assert len(rest.exchange_info().data().symbols) == 5
    assert rest.ping().status == 200
    placed = rest.new_order(**RESTING, price=90000.0, new_client_order_id="sdk-rest").data()
    assert placed.status == "NEW"
    amended = rest.order_amend_keep_priority(SYMBOL, new_qty=0.005, order_id=placed.order_id).data()
    assert amended.amended_order.qty == "0.00500000"
    replaced = rest.order_cancel_replace(
        SYMBOL, "BUY", "LIMIT", "STOP_ON_FAILURE",
        time_in_force="GTC", quantity=0.01, price=80000.0, cancel_order_id=placed.order_id,
        new_client_order_id="sdk-replaced",
    ).data()  # fmt: skip
    assert replaced.new_order_result == "SUCCESS"
    assert rest.get_order(SYMBOL, orig_client_order_id="sdk-replaced").data().status == "NEW"
    assert rest.delete_order(SYMBOL, orig_client_order_id="sdk-replaced").data().status == "CANCELED"


def test_a_one_cancels_the_other_list_lives_over_rest(venue: Venue) -> None:
    rest = spot(venue).rest_api
    placed = rest.order_list_oco(
        SYMBOL, "SELL", 0.01, "LIMIT_MAKER", "STOP_LOSS_LIMIT",
        above_price=150000.0, below_stop_price=80000.0, below_price=79000.0, below_time_in_force="GTC",
    ).data()  # fmt: skip
    assert len(placed.orders) == 2
    assert placed.list_order_status == "EXECUTING"
    ended = rest.delete_order_list(SYMBOL, order_list_id=placed.order_list_id).data()
    assert ended.list_order_status == "ALL_DONE"


def test_the_book_of_snapshot_and_events_is_rests_after_a_while_under_load(venue: Venue) -> None:
    async def watch() -> tuple[Json, list[Json]]:
        """The snapshot that the book begins with, and all events."""
        client, events = spot(venue), list[Json]()
        streams = client.websocket_streams
        await streams.create_connection()
        try:
            with busy(venue):
                stream = await streams.diff_book_depth(SYMBOL.lower(), update_speed="100ms")
                stream.on("message", lambda event: events.append({name: getattr(event, name) for name in "Uuba"}))
                await until(lambda: events)
                began = snapshot(client)
                await asyncio.sleep(WATCH_SECONDS)
            last = snapshot(client)["lastUpdateId"]
            await until(lambda: events[-1]["u"] >= last)
        finally:
            await streams.close_connection(close_session=True)
        return began, events

    began, events = asyncio.run(watch())
    book = LocalBook(began)
    for event in events:
        book.apply(event)
    assert book.updates > WATCH_SECONDS
    book.check(snapshot(spot(venue)))


def snapshot(client: Any) -> Json:
    """As REST writes it."""
    shown = client.rest_api.depth(SYMBOL, limit=5000).data()
    return {"lastUpdateId": shown.last_update_id, "bids": shown.bids, "asks": shown.asks}
