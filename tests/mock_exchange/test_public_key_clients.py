"""Unmodified clients that sign with RSA and Ed25519 keys are believed, over REST and over the WebSocket API."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.mock_exchange.served import Served, serving

ccxt = pytest.importorskip("ccxt", reason="pip install '.[e2e]' brings ccxt")
spot = pytest.importorskip("binance_sdk_spot.spot", reason="pip install '.[e2e]' brings binance-sdk-spot")
configuration = pytest.importorskip("binance_common.configuration")

pytestmark = [
    pytest.mark.slow,
    # The SDK's way of telling aiohttp of its timeout.
    pytest.mark.filterwarnings("ignore:parameter 'timeout' of type 'float':DeprecationWarning"),
]

KEYS: dict[str, rsa.RSAPrivateKey | Ed25519PrivateKey] = {
    "rsa-key": rsa.generate_private_key(65537, 2048),
    "ed25519-key": Ed25519PrivateKey.generate(),
}
ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "time_in_force": "GTC"}

Client = Any


def private_pem(name: str) -> str:
    return KEYS[name].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem(name: str) -> str:
    return KEYS[name].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.fixture(scope="module")
def exchange() -> Iterator[Served]:
    with serving({"accounts": [{"key": name, "public_key": public_pem(name)} for name in KEYS]}) as served:
        yield served


@pytest.mark.parametrize("key", KEYS)
def test_ccxt_trades(exchange: Served, key: str) -> None:
    rest = exchange.addresses["rest"]
    paths = {"public": "/api/v3", "private": "/api/v3", "sapi": "/sapi/v1"}
    paths |= {"fapiPublic": "/fapi/v1", "dapiPublic": "/dapi/v1"}
    urls = {"api": {name: rest + path for name, path in paths.items()}}
    client = ccxt.binance({"apiKey": key, "secret": private_pem(key), "urls": urls})
    placed = client.create_order("BTC/USDT", "limit", "buy", 0.001, 100_000)
    assert client.fetch_order(placed["id"], "BTC/USDT")["status"] == "open"
    assert client.cancel_order(placed["id"], "BTC/USDT")["status"] == "canceled"


@pytest.mark.parametrize("key", KEYS)
def test_the_venues_sdk_trades(exchange: Served, key: str) -> None:
    settings = configuration.ConfigurationRestAPI(
        api_key=key, private_key=private_pem(key), base_path=exchange.addresses["rest"]
    )
    api = spot.Spot(config_rest_api=settings).rest_api
    placed = api.new_order(**ORDER, quantity=0.001, price=100_000).data()
    assert api.delete_order("BTCUSDT", order_id=placed.order_id).data().status == "CANCELED"


@pytest.mark.parametrize("key", KEYS)
def test_the_venues_sdk_logs_on(exchange: Served, key: str) -> None:
    asyncio.run(_log_on(exchange, key))


async def _log_on(exchange: Served, key: str) -> None:
    settings = configuration.ConfigurationWebSocketAPI(
        api_key=key, private_key=private_pem(key), stream_url=f"{exchange.addresses['ws']}/ws-api/v3"
    )
    connection: Client = await spot.Spot(config_ws_api=settings).websocket_api.create_connection()
    try:
        assert (await connection.session_logon()).data()
        assert (await connection.account_status()).data().status == 200
    finally:
        await connection.close_connection(close_session=True)
