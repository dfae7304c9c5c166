"""HMAC-SHA256 over the query string and the body exactly as they were received, without the signature itself.

Source: Binance Spot API documentation, request security. Anything that is decoded and encoded again on the way is a
different text with a different signature, so this module sees raw bytes only.
"""

import hmac

_NAME = b"signature="
_SUFFIX = b"&signature="


def without_signature(raw: bytes) -> tuple[bytes, bytes]:
    """The text that was signed, and the signature (empty where there is none), wherever in ``raw`` it stands."""
    signed, found, signature = raw.rpartition(_SUFFIX)
    if found and b"&" not in signature and _NAME not in signed:
        return signed, signature
    if _NAME not in raw:
        return raw, b""
    pieces = raw.split(b"&")
    signatures = [piece for piece in pieces if piece.startswith(_NAME)]
    signature = signatures[0][len(_NAME) :] if signatures else b""
    return b"&".join(piece for piece in pieces if not piece.startswith(_NAME)), signature


class SigningKey:
    """A secret, ready to sign: the two first blocks of HMAC are computed once, not per request."""

    __slots__ = ("_keyed",)

    def __init__(self, secret: str) -> None:
        self._keyed = hmac.new(secret.encode(), digestmod="sha256")

    def signature(self, payload: bytes) -> str:
        """Lower-case hexadecimal."""
        keyed = self._keyed.copy()
        keyed.update(payload)
        return keyed.hexdigest()

    def has_signed(self, query: bytes, body: bytes) -> bool:
        """Whether the request carries this key's signature. Takes the same time wherever a wrong one differs."""
        signed_query, signature = without_signature(query)
        if body:
            signed_body, body_signature = without_signature(body)
            return self._matches(signed_query + signed_body, signature or body_signature)
        return self._matches(signed_query, signature)

    def _matches(self, payload: bytes, signature: bytes) -> bool:
        return hmac.compare_digest(self.signature(payload).encode(), signature.lower())
