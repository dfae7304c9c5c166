"""An unmodified ccxt.pro trades and listens here with nothing but URLs and keys set."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.mock_exchange.ccxt_addresses import point_ccxt_at
from tests.mock_exchange.served import OTHER, OWN, Account, Json, Served, serving

ccxt = pytest.importorskip("ccxt.pro", reason="pip install '.[e2e]' brings ccxt")

pytestmark = pytest.mark.slow

SYMBOL = "LTC/USDT"


@asynccontextmanager
async def client(exchange: Served, account: Account) -> AsyncIterator[Any]:
    binance = ccxt.binance({"apiKey": account.key, "secret": account.secret})
    point_ccxt_at(binance, exchange.addresses["rest"], exchange.addresses["ws"])
    try:
        await binance.load_markets()
        yield binance
    finally:
        await binance.close()


class Watched:
    """Everything that a watch method returns, one after the other."""

    def __init__(self, watch: Any, *arguments: object) -> None:
        self._updates: asyncio.Queue[Json] = asyncio.Queue()
        self._task = asyncio.ensure_future(self._follow(watch, arguments))

    async def _follow(self, watch: Any, arguments: tuple[object, ...]) -> None:
        while True:
            update = await watch(*arguments)
            for each in update if isinstance(update, list) else [update]:
                self._updates.put_nowait(dict(each))

    async def next(self) -> Json:
        return await soon(self._updates.get())

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


async def soon(awaited: Awaitable[Json]) -> Json:
    return await asyncio.wait_for(awaited, 20)


async def listening(exchange: Served, binance: Any) -> None:
    """Wait until the client has subscribed: from then on nothing is missed."""
    await soon(binance.authenticate({"type": "spot"}))


async def trade(exchange: Served) -> None:
    async with client(exchange, OWN) as own:
        orders, trades = Watched(own.watch_orders, SYMBOL), Watched(own.watch_my_trades, SYMBOL)
        balances = Watched(own.watch_balance)
        await listening(exchange, own)
        placed = await own.create_order_ws(SYMBOL, "limit", "buy", 1, 100)
        assert placed["status"] == "open"
        assert ((await orders.next())["id"], (await balances.next())["USDT"]["used"]) == (placed["id"], 100)
        assert (await own.fetch_order_ws(placed["id"], SYMBOL))["status"] == "open"
        assert [order["id"] for order in await own.fetch_open_orders_ws(SYMBOL)] == [placed["id"]]
        edited = await own.edit_order_ws(placed["id"], SYMBOL, "limit", "buy", 1, 99)
        assert [(await orders.next())["status"] for _ in range(2)] == ["canceled", "open"]
        assert (await balances.next())["USDT"]["used"] == 99
        assert (await own.cancel_order_ws(edited["id"], SYMBOL))["status"] == "canceled"
        assert (await orders.next())["status"] == "canceled"
        assert (await balances.next())["USDT"]["used"] == 0
        bought = await own.create_order_ws(SYMBOL, "market", "buy", 0.5)
        assert bought["status"] == "closed"
        filled = await orders.next()
        while filled["status"] != "closed":
            filled = await orders.next()
        assert (filled["id"], filled["filled"]) == (bought["id"], 0.5)
        assert (await trades.next())["order"] == bought["id"]
        assert (await balances.next())["LTC"]["total"] == 1_000_000_000.4995
        assert len(await own.fetch_orders_ws(SYMBOL)) == 3
        assert len(await own.fetch_my_trades_ws(SYMBOL)) == 1
        candles = await own.fetch_ohlcv_ws(SYMBOL, "1m")  # since the fill a minute may have ended
        assert sum(volume for *_, volume in candles[-2:]) >= 0.5
        with pytest.raises(ccxt.OrderNotFound):
            await own.cancel_order_ws("999999999", SYMBOL)
        with pytest.raises(ccxt.InvalidOrder):
            await own.create_order_ws(SYMBOL, "limit", "buy", 0.0001, 1)
        for watched in (orders, trades, balances):
            await watched.stop()


def test_a_bot_places_cancels_and_fills_over_websocket_and_hears_of_it() -> None:
    with serving() as exchange:
        asyncio.run(trade(exchange))


async def fill_one_another(exchange: Served, number: int) -> None:
    async with client(exchange, OWN) as maker, client(exchange, OTHER) as taker:
        fills = [Watched(each.watch_my_trades, SYMBOL) for each in (maker, taker)]
        for each in (maker, taker):
            await listening(exchange, each)
        await maker.create_order(SYMBOL, "limit", "sell", number, 100)
        for _ in range(number):
            await taker.create_order(SYMBOL, "limit", "buy", 1, 100)
        made, taken = [[await each.next() for _ in range(number)] for each in fills]
        assert [trade["id"] for trade in made] == [trade["id"] for trade in taken]
        assert len({trade["id"] for trade in made}) == number
        assert {(trade["takerOrMaker"], trade["side"]) for trade in made} == {("maker", "sell")}
        assert {(trade["takerOrMaker"], trade["side"]) for trade in taken} == {("taker", "buy")}
        for each in fills:
            await each.stop()


def test_two_clients_hear_of_each_fill_once_on_either_side() -> None:
    with serving({"market": {"levels": 0}}) as exchange:
        asyncio.run(fill_one_another(exchange, 30))
