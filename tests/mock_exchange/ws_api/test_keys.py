"""Keys of every kind over the WebSocket API: orders, logons and subscriptions."""

from base64 import b64encode
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.mock_exchange.served import limit_order, now_ms, serving
from tests.mock_exchange.ws_api.api_client import api
from tests.mock_exchange.ws_api.test_requests import error

Sign = Callable[[bytes], bytes]


def ed25519() -> tuple[str, Sign]:
    """The public half, and what signs with the private one."""
    key = Ed25519PrivateKey.generate()
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(), key.sign


def rsa_2048() -> tuple[str, Sign]:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return public, lambda payload: key.sign(payload, PKCS1v15(), SHA256())


def signed_by(sign: Sign, **parameters: object) -> dict[str, object]:
    whole: dict[str, object] = {"apiKey": "public", "timestamp": now_ms(), **parameters}
    text = "&".join(f"{name}={whole[name]}" for name in sorted(whole))
    return whole | {"signature": b64encode(sign(text.encode())).decode()}


@pytest.mark.parametrize("pair", [ed25519, rsa_2048])
def test_a_public_key_opens_orders_logons_and_subscriptions(pair: Callable[[], tuple[str, Sign]]) -> None:
    public, sign = pair()
    accounts = [{"key": "public", "public_key": public}]
    with serving({"accounts": accounts}) as exchange, api(exchange) as client:
        assert client.ask("userDataStream.subscribe.signature", signed_by(sign))["status"] == 200
        placed = client.ask("order.place", signed_by(sign, **limit_order(newClientOrderId="mine")))
        assert placed["result"]["status"] == "NEW"
        assert [event["e"] for event in client.told(2)] == ["executionReport", "outboundAccountPosition"]
        assert client.ask("session.logon", signed_by(sign))["result"]["apiKey"] == "public"
        found = client.ask("openOrders.status", {"timestamp": now_ms()})["result"]
        assert [order["clientOrderId"] for order in found] == ["mine"]
        wrong = signed_by(sign) | {"timestamp": now_ms() - 1000}
        assert error(client.ask("session.logon", wrong)) == (400, -1022)
