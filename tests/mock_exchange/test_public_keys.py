"""RSA and Ed25519 keys: the exchange has the public half, and believes what the private half has signed.

The venue's documentation publishes signatures of both kinds, but no key to check them with: its two RSA examples have
no modulus in common, and those that it shows for Ed25519 are 256 bytes long, so RSA again. The vectors here are our
own, made with ``openssl`` as the documentation shows, over its payload; and one of RFC 8032 for Ed25519.
"""

import json
from base64 import b64encode
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from mock_exchange.cli import configured
from mock_exchange.config_file import load_config
from mock_exchange.errors import ConfigError
from mock_exchange.gateway.public_keys import Ed25519Key, RsaKey, parse_public_key
from mock_exchange.gateway.signing import HmacKey, SigningKey
from tests.mock_exchange.served import limit_order, now_ms, serving

PAYLOAD = (
    b"symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=0.2&timestamp=1668481559918&recvWindow=5000"
)
RSA_PEM = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqgVcV2Z1NOh/hFeSuZqU
KmBk7dTKM8ri7GMQzmS1EMUn2TfxIjpjH+IoyCF1J4J6Ndncb5Ba2FjVNn1Ua2Pl
Roqher0w50V+9bZAT8fKeMxm2AGu6gAsGOkR4jt1ARXgzoRBFA+Kg1GDlyZXhY45
pRNNiYN7RgfyQkIMdV7G4Gumgm6JD+W889OCvY/ZElDmLenK2rh5zVfpa10hnTtQ
0NwzoZOx7w6UsGGHPpjxQ1Kk/EbuXvL8ss13qGglyM8rmGFrX1IhNZ/j0tyfN2j0
EK1Baf2qUHu42dGh6/aGbMXAHMr9Fvp/YUEbVkNJ89oTJCb/Lfo0w4mMCYnaejfS
AwIDAQAB
-----END PUBLIC KEY-----
"""
RSA_SIGNATURE = (
    "NmhLOLsIFfdL/NgL5QrTuhTIfHKyAj0fovAVeUHSKkbQZcmSHyEB7QGAk3KHIsloZgx1G3FwsYnI0YxR1MI8ct9jA1OOAuYYyDXa"
    "9tUTgJMkaKgKdahcHLBqHmZmDVC4+Ept0bU3dJJiMlIZrsQbT/90zUF6bKbtcA3qfxD5oEiTPuXWhywM/zADGOKB62fyGeaNnjnk"
    "7JiRZCSoRqi8/rkVHkSH5oK3raGqS81IITfR1DcmuONJvb9dgGJ2Iuw3m4vaKnNZIm1c8yNP974oAe7obKgTB796JyzeISGYQ3pw"
    "CGG2Tkg8MvlXEWcH6DKPErMdRqD2uHw54UJ89CPWlg=="
)
ED25519_PEM = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAgTQMe0fSYFf8fWDPve4syRuhuHWphAbd8yFt/h+WrvQ=
-----END PUBLIC KEY-----
"""
ED25519_SIGNATURE = "CwpsHFHMD8ji3eADcUPIPCLbXqHM6u61NdjAtLdRFsHQkBeV//oh7+u+aTut6QjpWzMnTI3qUyvsiHyIiPRaBg=="
VECTORS = [
    pytest.param(RSA_PEM, RSA_SIGNATURE, id="RSA"),
    pytest.param(ED25519_PEM, ED25519_SIGNATURE, id="Ed25519"),
]
# RFC 8032, 7.1, test 2: a public key, a message of one letter, and its signature.
RFC_KEY = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
RFC_MESSAGE = b"r"
RFC_SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)

payloads = st.text("abc=&123.%", min_size=1, max_size=40).map(str.encode)


@cache
def rsa_private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


ED25519_PRIVATE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def rsa_signed(payload: bytes) -> bytes:
    return b64encode(rsa_private_key().sign(payload, PKCS1v15(), SHA256()))


def ed25519_signed(payload: bytes) -> bytes:
    return b64encode(ED25519_PRIVATE_KEY.sign(payload))


def pem_of(key: rsa.RSAPublicKey | Ed25519PublicKey | ec.EllipticCurvePublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize(("pem", "signature"), VECTORS)
def test_a_signature_of_openssl_is_accepted_escaped_and_plain_in_query_and_body(pem: str, signature: str) -> None:
    key = parse_public_key(pem)
    escaped = quote(signature, safe="").encode()
    for written in (escaped, signature.encode()):
        request = PAYLOAD + b"&signature=" + written
        assert key.has_signed(request, b"")
        assert key.has_signed(b"", request)
    assert key.has_signed(PAYLOAD[:20], PAYLOAD[20:] + b"&signature=" + escaped)
    assert key.has_signed(b"signature=" + escaped, PAYLOAD)
    assert key.verify(PAYLOAD, signature)


@pytest.mark.parametrize(("pem", "signature"), VECTORS)
def test_case_matters_and_so_does_every_letter(pem: str, signature: str) -> None:
    key = parse_public_key(pem)
    for wrong in (signature.swapcase(), signature[:-4], "A" + signature, signature + "!", "", "====", "é"):
        assert not key.verify(PAYLOAD, wrong)
    assert not key.verify(PAYLOAD + b"0", signature)


def test_a_signature_of_the_standard_is_accepted() -> None:
    key = Ed25519Key(Ed25519PublicKey.from_public_bytes(RFC_KEY))
    assert key.verify(RFC_MESSAGE, b64encode(RFC_SIGNATURE).decode())
    assert not key.verify(RFC_MESSAGE + b"r", b64encode(RFC_SIGNATURE).decode())


@given(payload=payloads, other=payloads)
def test_what_the_private_half_signed_is_accepted_and_nothing_else(payload: bytes, other: bytes) -> None:
    kinds: list[tuple[SigningKey, bytes]] = [
        (RsaKey(rsa_private_key().public_key()), rsa_signed(payload)),
        (Ed25519Key(ED25519_PRIVATE_KEY.public_key()), ed25519_signed(payload)),
    ]
    for key, signature in kinds:
        assert key.verify(payload, signature.decode())
        assert key.verify(other, signature.decode()) == (other == payload)
    (rsa_key, rsa_signature), (ed25519_key, ed25519_signature) = kinds
    assert not rsa_key.verify(payload, ed25519_signature.decode())
    assert not ed25519_key.verify(payload, rsa_signature.decode())


def test_raw_bytes_outside_ascii_are_signed_by_nobody_but_in_a_message() -> None:
    key, payload = Ed25519Key(ED25519_PRIVATE_KEY.public_key()), "symbol=数字".encode()
    signature = ed25519_signed(payload)
    assert not key.has_signed(payload + b"&signature=" + signature, b"")
    assert key.verify(payload, signature.decode())
    escaped = quote("数字").encode()
    assert key.has_signed(escaped + b"&signature=" + ed25519_signed(escaped), b"")


@pytest.mark.parametrize(
    ("pem", "reason"),
    [
        ("", "no public key in PEM form"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "no public key in PEM form"),
        (pem_of(rsa.generate_private_key(65537, 1024).public_key()), "1024 bits; it must have 2048 to 4096"),  # noqa: S505
        (pem_of(ec.generate_private_key(ec.SECP256R1()).public_key()), "the venue has RSA and Ed25519"),
        (
            ED25519_PRIVATE_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
            "the exchange needs the public one",
        ),
    ],
)
def test_what_is_no_public_key_is_refused_with_the_reason(pem: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_public_key(pem)


def test_a_configuration_has_keys_in_place_or_beside_it_and_the_command_line_as_files(tmp_path: Path) -> None:
    (tmp_path / "rsa.pem").write_text(RSA_PEM)
    file = tmp_path / "exchange.json"
    accounts = [{"key": "a", "public_key": "rsa.pem"}, {"key": "b", "public_key": ED25519_PEM}]
    file.write_text(json.dumps({"accounts": accounts}))
    config = configured(file, [f"c:{tmp_path / 'rsa.pem'}", "d:secret"], None)
    assert [type(account.signing_key()) for account in config.accounts] == [RsaKey, Ed25519Key, RsaKey, HmacKey]


@pytest.mark.parametrize(
    ("account", "reason"),
    [
        ({"key": "a"}, "needs a secret or a public_key"),
        ({"key": "a", "secret": "hidden", "public_key": RSA_PEM}, "and not both"),
        (
            {"key": "a", "public_key": "missing.pem"},
            "accounts.0.public_key: the public key .*missing.pem cannot be read",
        ),
        ({"key": "a", "public_key": "-----BEGIN hidden"}, "accounts.0.public_key: no public key in PEM form"),
    ],
)
def test_an_account_that_cannot_sign_is_refused_without_telling_a_secret(
    tmp_path: Path, account: dict[str, str], reason: str
) -> None:
    file = tmp_path / "exchange.json"
    file.write_text(json.dumps({"accounts": [account]}))
    with pytest.raises(ConfigError, match=reason) as raised:
        load_config(file)
    assert "hidden" not in str(raised.value)
    with pytest.raises(ConfigError, match="--key k: the public key"):
        configured(None, [f"k:{tmp_path / 'no.pem'}"], None)


def test_each_kind_of_key_trades() -> None:
    accounts = [
        {"key": "rsa", "public_key": pem_of(rsa_private_key().public_key())},
        {"key": "ed25519", "public_key": pem_of(ED25519_PRIVATE_KEY.public_key())},
    ]
    with serving({"accounts": accounts}) as exchange:
        for key, sign in (("rsa", rsa_signed), ("ed25519", ed25519_signed)):
            text = urlencode(limit_order() | {"timestamp": now_ms()})
            signature = quote(sign(text.encode()), safe="")
            placed = exchange.call("POST", "/api/v3/order", body=f"{text}&signature={signature}", key=key)
            assert placed.status == 200
            changed = text.replace("quantity=0.001", "quantity=0.002")
            forged = exchange.call("POST", f"/api/v3/order?{changed}&signature={signature}", key=key)
            assert forged.error == (400, -1022)
