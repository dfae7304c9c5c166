"""Signed requests for a venue that wants them otherwise than Binance Spot: paths, headers, windows, keys."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Protocol
from urllib.parse import quote

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from scenarios.client.signing import NS_PER_MS, RequestWriter
from scenarios.errors import InvalidTarget
from scenarios.operations import Request
from scenarios.venues import BASE_PATH, Signing, VenueProfile

Signer = Callable[[bytes], str]
"""What is signed -> the signature as it stands in a query."""


class Writer(Protocol):
    """Makes the bytes of a request at the moment of sending."""

    def write(self, request: Request) -> bytes: ...


def request_writer(
    host: str, account: tuple[str, str], wall_clock_ns: Callable[[], int], profile: VenueProfile
) -> Writer:
    """The fast one where the venue asks for nothing else. Raises InvalidTarget for a secret that cannot sign."""
    key, secret = account
    if (profile.base_path, profile.key_header, profile.recv_window_ms, profile.signing) == _PLAIN:
        return RequestWriter(host, key, secret, wall_clock_ns)
    return ProfiledWriter(host, account, wall_clock_ns, profile)


class ProfiledWriter:
    """Writes requests to one host for one account as a profile says."""

    def __init__(
        self, host: str, account: tuple[str, str], wall_clock_ns: Callable[[], int], profile: VenueProfile
    ) -> None:
        key, secret = account
        self._wall_clock_ns = wall_clock_ns
        self._sign = signer(profile.signing, secret)
        self._base_path = profile.base_path
        self._window = f"&recvWindow={profile.recv_window_ms}" if profile.recv_window_ms is not None else ""
        self._end = f" HTTP/1.1\r\nHost: {host}\r\n"
        self._key_line = f"{profile.key_header}: {key}\r\n"

    def write(self, request: Request) -> bytes:
        path = f"{self._base_path}{request.path.removeprefix(BASE_PATH)}"
        query = self.signed(request.query) if request.signed else request.query
        key_line = self._key_line if request.signed else ""
        length = "Content-Length: 0\r\n" if request.method == "POST" else ""
        line = f"{request.method} {path}{'?' if query else ''}{query}"
        return f"{line}{self._end}{key_line}{length}\r\n".encode("ascii")

    def signed(self, query: str) -> str:
        """``query`` with window, timestamp and signature over all that stands before it."""
        timestamp = f"timestamp={self._wall_clock_ns() // NS_PER_MS}{self._window}"
        query = f"{query}&{timestamp}" if query else timestamp
        return f"{query}&signature={self._sign(query.encode('ascii'))}"


def signer(signing: Signing, secret: str) -> Signer:
    """HMAC-SHA256 in hex; RSASSA-PKCS1-v1_5 with SHA-256, or Ed25519, both in Base64 that is percent-encoded.

    Source: Binance Spot REST API, "Request Security".

    Raises InvalidTarget, without showing the secret, where it is no key of this kind.
    """
    if signing == "hmac":
        keyed = hmac.new(secret.encode(), digestmod=hashlib.sha256)
        return lambda payload: _digest(keyed, payload)
    try:
        key = load_pem_private_key(secret.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InvalidTarget(_SECRET, "...", f"must be a private key in PEM, without a password: {error}") from error
    if signing == "ed25519" and isinstance(key, Ed25519PrivateKey):
        return lambda payload: _encoded(key.sign(payload))
    if signing == "rsa" and isinstance(key, RSAPrivateKey):
        return lambda payload: _encoded(key.sign(payload, PKCS1v15(), hashes.SHA256()))
    raise InvalidTarget(_SECRET, "...", f"must be a private key for {signing}, and is of another kind")


_SECRET = "BROWNOUT_SECRET"  # noqa: S105  the name of a variable, not a secret
_PLAIN = (BASE_PATH, "X-MBX-APIKEY", None, "hmac")
"""What RequestWriter writes."""


def _digest(keyed: hmac.HMAC, payload: bytes) -> str:
    copied = keyed.copy()
    copied.update(payload)
    return copied.hexdigest()


def _encoded(signature: bytes) -> str:
    return quote(base64.b64encode(signature), safe="")
