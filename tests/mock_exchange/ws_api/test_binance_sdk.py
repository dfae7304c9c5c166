"""The venue's own SDK speaks to the WebSocket API here with nothing but its URL and keys set."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.mock_exchange.served import OWN, Json, Served, serving

spot = pytest.importorskip("binance_sdk_spot.spot", reason="pip install '.[e2e]' brings binance-sdk-spot")
configuration = pytest.importorskip("binance_common.configuration")

pytestmark = [
    pytest.mark.slow,
    # The SDK's way of telling aiohttp of its timeout.
    pytest.mark.filterwarnings("ignore:parameter 'timeout' of type 'float':DeprecationWarning"),
]

SYMBOL = "LTCUSDT"


@asynccontextmanager
async def connected(settings: Any) -> AsyncIterator[Any]:
    connection = await spot.Spot(config_ws_api=settings).websocket_api.create_connection()
    try:
        yield connection
    finally:
        await connection.close_connection(close_session=True)


async def log_on(exchange: Served, private_key: str) -> None:
    settings = configuration.ConfigurationWebSocketAPI(
        api_key="public", private_key=private_key, stream_url=f"{exchange.addresses['ws']}/ws-api/v3"
    )
    async with connected(settings) as api:
        assert (await api.session_logon()).data().result.api_key == "public"
        subscribed = await api.user_data_stream_subscribe()
        events: asyncio.Queue[Json] = asyncio.Queue()
        subscribed.stream.on("message", lambda event: events.put_nowait(event.actual_instance))
        market = {"symbol": SYMBOL, "side": "BUY", "type": "MARKET", "quantity": 1}
        assert (await api.order_place(**market)).data().result.status == "FILLED"
        told = [await asyncio.wait_for(events.get(), 20) for _ in range(3)]
        assert [getattr(event, "X", None) for event in told] == ["NEW", "FILLED", None]
        assert (await api.session_logout()).data().result.api_key is None


def test_the_sdk_logs_on_and_hears_of_its_orders() -> None:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    with serving({"accounts": [{"key": "public", "public_key": public}]}) as exchange:
        asyncio.run(log_on(exchange, private))


async def trade(exchange: Served) -> None:
    settings = configuration.ConfigurationWebSocketAPI(
        api_key=OWN.key, api_secret=OWN.secret, stream_url=f"{exchange.addresses['ws']}/ws-api/v3"
    )
    async with connected(settings) as api:
        assert (await api.ping()).data().status == 200
        assert len((await api.depth(symbol=SYMBOL, limit=5)).data().result.bids) == 5
        subscribed = await api.user_data_stream_subscribe_signature()
        events: asyncio.Queue[Json] = asyncio.Queue()
        subscribed.stream.on("message", lambda event: events.put_nowait(event.actual_instance))
        limit = {"symbol": SYMBOL, "side": "BUY", "type": "LIMIT", "time_in_force": "GTC", "quantity": 1, "price": 100}
        placed = (await api.order_place(**limit)).data().result
        assert placed.status == "NEW"
        found = (await api.order_status(symbol=SYMBOL, order_id=placed.order_id)).data().result
        assert found.client_order_id == placed.client_order_id
        canceled = (await api.order_cancel(symbol=SYMBOL, order_id=placed.order_id)).data().result
        assert canceled.status == "CANCELED"
        market = {"symbol": SYMBOL, "side": "BUY", "type": "MARKET", "quantity": 1}
        assert (await api.order_place(**market)).data().result.status == "FILLED"
        assert len((await api.my_trades(symbol=SYMBOL)).data().result) == 1
        balances = (await api.account_status(omit_zero_balances=True)).data().result.balances
        assert {"LTC", "USDT"} <= {balance.asset for balance in balances}
        told = [await asyncio.wait_for(events.get(), 20) for _ in range(7)]
        assert [getattr(event, "X", None) for event in told] == ["NEW", None, "CANCELED", None, "NEW", "FILLED", None]
        ltc = next(balance for balance in told[-1].B if balance.a == "LTC")
        assert ltc.f == "1000000000.99900000"
        assert (await api.session_subscriptions()).data().result[0].subscription_id == 0
        assert (await api.user_data_stream_unsubscribe()).data().status == 200


def test_the_sdk_trades_and_hears_of_it_by_signature() -> None:
    with serving() as exchange:
        asyncio.run(trade(exchange))
