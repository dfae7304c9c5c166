"""API keys of which the exchange knows the public half only: RSA and Ed25519.

Signatures are base64, so case matters, and percent-encoded where they stand in a query or a form.
Source: Binance Spot API documentation, request security: RSASSA-PKCS1-v1_5 with SHA-256 and 2048 to 4096 bits, Ed25519.
"""

import binascii
from base64 import b64decode
from typing import Final
from urllib.parse import unquote_to_bytes

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from mock_exchange.gateway.signing import SigningKey

PEM_BEGINS: Final = "-----BEGIN"
_RSA_BITS: Final = range(2048, 4096 + 1)
_PADDING: Final = PKCS1v15()
_HASH: Final = SHA256()


class RsaKey(SigningKey):
    """RSASSA-PKCS1-v1_5 with SHA-256."""

    __slots__ = ("_key",)

    def __init__(self, key: RSAPublicKey) -> None:
        """Raises ValueError where the key has too few or too many bits."""
        if key.key_size not in _RSA_BITS:
            raise ValueError(
                f"an RSA key of {key.key_size} bits; it must have {_RSA_BITS.start} to {_RSA_BITS.stop - 1}"
            )
        self._key = key

    def _is_of(self, payload: bytes, signature: bytes) -> bool:
        try:
            self._key.verify(_decoded(signature), payload, _PADDING, _HASH)
        except (binascii.Error, InvalidSignature):
            return False
        return True


class Ed25519Key(SigningKey):
    """The kind that the venue recommends."""

    __slots__ = ("_key",)

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key

    def _is_of(self, payload: bytes, signature: bytes) -> bool:
        try:
            self._key.verify(_decoded(signature), payload)
        except (binascii.Error, InvalidSignature):
            return False
        return True


def _decoded(signature: bytes) -> bytes:
    """Base64, percent-encoded or not: it has no percent sign of its own. Raises binascii.Error."""
    return b64decode(unquote_to_bytes(signature), validate=True)


def parse_public_key(pem: str) -> SigningKey:
    """From the text of a PEM file. Raises ValueError where it is no public key of a kind that the venue has."""
    if "PRIVATE KEY" in pem:
        raise ValueError("a private key; the exchange needs the public one (openssl pkey -in private.pem -pubout)")
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError(f"no public key in PEM form, which begins with {PEM_BEGINS} PUBLIC KEY-----") from None
    if isinstance(key, RSAPublicKey):
        return RsaKey(key)
    if isinstance(key, Ed25519PublicKey):
        return Ed25519Key(key)
    raise ValueError("a public key of another kind; the venue has RSA and Ed25519")
