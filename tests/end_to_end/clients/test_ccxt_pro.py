"""ccxt, async and pro, trades and watches with only its URLs and keys set; user events: tests/mock_exchange/ws_api.

``BROWNOUT_WATCH_SECONDS=60`` watches for as long as the project promises; CI is content with less.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.end_to_end.clients.venue import Venue, busy
from tests.end_to_end.clients.waiting import PATIENCE_SECONDS, WATCH_SECONDS
from tests.mock_exchange.ccxt_addresses import point_ccxt_at
from tests.mock_exchange.served import KEY, SECRET

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),  # the client's own
]

SYMBOL = "BTC/USDT"


@asynccontextmanager
async def pro(venue: Venue) -> AsyncIterator[Any]:
    ccxtpro = pytest.importorskip("ccxt.pro", reason="ccxt is in the e2e extra: make test-slow installs it")
    client = ccxtpro.binance({"apiKey": KEY, "secret": SECRET})
    point_ccxt_at(client, venue.rest, venue.ws)
    try:
        yield client
    finally:
        await client.close()


async def _soon(waiting: Any) -> Any:
    return await asyncio.wait_for(waiting, PATIENCE_SECONDS)


def test_no_address_leads_to_the_venue(venue: Venue) -> None:
    async def addresses() -> str:
        async with pro(venue) as client:
            return str(client.urls["api"])

    told = asyncio.run(addresses())
    assert told.count("127.0.0.1") > 20
    assert told.count("://") == told.count("127.0.0.1")


def test_the_order_book_stays_in_sync_under_load_without_a_resync(venue: Venue) -> None:
    """ccxt raises ChecksumError where an update's U is not the last one's u + 1."""

    async def watch() -> tuple[int, Any]:
        async with pro(venue) as client:
            updates, ends = 0, time.monotonic() + WATCH_SECONDS
            with busy(venue):
                while time.monotonic() < ends:
                    await _soon(client.watch_order_book(SYMBOL))
                    updates += 1
            truth = await client.fetch_order_book(SYMBOL, 50)
            book = client.orderbooks[SYMBOL]
            while book["nonce"] < truth["nonce"]:
                book = await _soon(client.watch_order_book(SYMBOL))
            return updates, (truth, book)

    updates, (truth, book) = asyncio.run(watch())
    assert updates > WATCH_SECONDS
    for side in ("bids", "asks"):
        assert [level[:2] for level in book[side][:20]] == [level[:2] for level in truth[side][:20]]


def test_public_trades_arrive_once_each_and_in_order(venue: Venue) -> None:
    async def watch() -> list[int]:
        async with pro(venue) as client:
            client.newUpdates = True
            ids: list[int] = []
            with busy(venue):
                while len(ids) < 50:
                    ids.extend(int(trade["id"]) for trade in await _soon(client.watch_trades(SYMBOL)))
            return ids

    ids = asyncio.run(watch())
    assert ids == list(range(ids[0], ids[0] + len(ids)))


def test_an_async_session_of_all_common_calls_meets_no_error(venue: Venue) -> None:
    async def trade() -> None:
        async with pro(venue) as client:
            await client.load_markets()
            book = await client.fetch_order_book(SYMBOL)
            bid = book["bids"][0][0]
            resting = await client.create_order(SYMBOL, "limit", "buy", 0.002, bid * 0.9)
            assert (await client.fetch_order(resting["id"], SYMBOL))["status"] == "open"
            edited = await client.edit_order(resting["id"], SYMBOL, "limit", "buy", 0.001, bid * 0.8)
            assert edited["id"] != resting["id"]
            assert (await client.cancel_order(edited["id"], SYMBOL))["status"] == "canceled"
            stop = await client.create_order(SYMBOL, "limit", "sell", 0.001, bid * 0.7, {"stopPrice": bid * 0.75})
            assert [order["id"] for order in await client.fetch_open_orders(SYMBOL)] == [stop["id"]]
            await client.cancel_all_orders(SYMBOL)
            taken = await client.create_order(SYMBOL, "market", "buy", 0.001)
            assert (taken["status"], taken["filled"]) == ("closed", 0.001)
            trades = await client.fetch_my_trades(SYMBOL, limit=1000)
            assert taken["id"] in {trade["order"] for trade in trades}
            assert len(await client.fetch_ohlcv(SYMBOL, "1m")) > 0
            assert (await client.fetch_ticker(SYMBOL))["last"] > 0
            assert len(await client.fetch_trades(SYMBOL)) > 0
            assert {order["id"] for order in await client.fetch_orders(SYMBOL)} >= {resting["id"], taken["id"]}

    asyncio.run(trade())
