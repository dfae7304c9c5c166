"""A signature covers the bytes that were sent, wherever in them it stands."""

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from mock_exchange.gateway.signing import HmacKey, without_signature

# Binance Spot API documentation, request security, example 1: HMAC keys. Published, and of no account.
PUBLISHED_SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
PUBLISHED_PAYLOAD = (
    b"symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559"
)
PUBLISHED_SIGNATURE = b"c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
# The same with a symbol outside ASCII, which is escaped before it is signed.
PUBLISHED_ESCAPED = PUBLISHED_PAYLOAD.replace(b"LTCBTC", b"%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96")
PUBLISHED_ESCAPED_SIGNATURE = b"e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3"
# Parameters in query and body, from the documentation of 2021: nothing stands between the two in the signed text.
PUBLISHED_MIXED_SIGNATURE = b"0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77"

pieces = st.lists(
    st.tuples(st.text("abcxyz", min_size=1, max_size=5), st.text("0123456789.%-", max_size=6)), min_size=1, max_size=6
).map(lambda pairs: [f"{name}={value}".encode() for name, value in pairs])
secrets = st.text(st.characters(codec="utf-8"), min_size=1, max_size=100)


def signature_of(secret: str, payload: bytes) -> bytes:
    return hmac.new(secret.encode(), payload, hashlib.sha256).hexdigest().encode()


def test_the_published_example_is_accepted_in_a_body_in_a_query_and_split_over_both() -> None:
    key = HmacKey(PUBLISHED_SECRET)
    whole = PUBLISHED_PAYLOAD + b"&signature=" + PUBLISHED_SIGNATURE
    assert key.has_signed(b"", whole)
    assert key.has_signed(whole, b"")
    query = b"symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC"
    body = b"quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559"
    assert key.has_signed(query, body + b"&signature=" + PUBLISHED_MIXED_SIGNATURE)
    assert key.has_signed(PUBLISHED_ESCAPED + b"&signature=" + PUBLISHED_ESCAPED_SIGNATURE, b"")


def test_the_hexadecimal_may_be_in_either_case() -> None:
    upper = PUBLISHED_PAYLOAD + b"&signature=" + PUBLISHED_SIGNATURE.upper()
    assert HmacKey(PUBLISHED_SECRET).has_signed(b"", upper)


@given(secret=secrets, pieces=pieces, position=st.integers(0, 6), in_query=st.booleans())
def test_the_signature_is_found_wherever_it_stands(
    secret: str, pieces: list[bytes], position: int, in_query: bool
) -> None:
    payload = b"&".join(pieces)
    with_signature = [*pieces]
    with_signature.insert(position, b"signature=" + signature_of(secret, payload))
    raw = b"&".join(with_signature)
    assert without_signature(raw) == (payload, signature_of(secret, payload))
    assert HmacKey(secret).has_signed(raw if in_query else b"", b"" if in_query else raw)


@given(secret=secrets, query=pieces, body=pieces)
def test_parameters_in_a_body_may_be_signed_in_the_query(secret: str, query: list[bytes], body: list[bytes]) -> None:
    signed_query, raw_body = b"&".join(query), b"&".join(body)
    raw_query = signed_query + b"&signature=" + signature_of(secret, signed_query + raw_body)
    assert HmacKey(secret).has_signed(raw_query, raw_body)
    alone = b"signature=" + signature_of(secret, raw_body)
    assert HmacKey(secret).has_signed(alone, raw_body)


@given(secret=secrets, other=secrets, pieces=pieces, flipped=st.integers(0))
def test_another_secret_and_another_text_are_refused(
    secret: str, other: str, pieces: list[bytes], flipped: int
) -> None:
    payload = b"&".join(pieces)
    tail = b"&signature=" + signature_of(secret, payload)
    changed = bytearray(payload)
    changed[flipped % len(changed)] ^= 1
    key = HmacKey(secret)
    assert key.has_signed(b"", payload + tail)
    # A changed byte may make an ampersand, which moves nothing: the text is another one in any case.
    assert not key.has_signed(b"", bytes(changed) + tail)
    # HMAC pads a key with zero bytes, so secrets that differ in trailing zeros only are the same secret.
    if other.rstrip("\0") != secret.rstrip("\0"):
        assert not HmacKey(other).has_signed(b"", payload + tail)


def test_no_signature_an_empty_one_and_one_that_is_no_hexadecimal_are_refused() -> None:
    key = HmacKey(PUBLISHED_SECRET)
    for tail in (b"", b"&signature=", b"&signature=zz", b"&signature=\xff", b"&signature=" + PUBLISHED_SIGNATURE[:-1]):
        assert not key.has_signed(b"", PUBLISHED_PAYLOAD + tail)


def test_raw_bytes_outside_ascii_are_signed_by_nobody() -> None:
    payload = "symbol=数字".encode()
    assert not HmacKey("secret").has_signed(payload + b"&signature=" + signature_of("secret", payload), b"")


def test_a_parameter_whose_name_ends_in_signature_is_a_parameter() -> None:
    raw = b"mysignature=1&a=2"
    assert without_signature(raw) == (raw, b"")
