"""Who asks: a signature in the request, or the key that the connection has logged on with.

The signed text is made of all parameters but the signature, by name, joined as ``name=value&…`` and not escaped: not
what REST signs. Source: Binance Spot API documentation, WebSocket API, request security.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from mock_exchange.gateway.errors import VenueError, invalid_signature, mandatory
from mock_exchange.gateway.keys import ApiKey, Keyring
from mock_exchange.gateway.server_time import ServerTime

SIGNED: Final = frozenset(("apiKey", "signature", "timestamp", "recvWindow"))


class Logon(NamedTuple):
    """Who a connection has proved to be."""

    api_key: str
    account: int
    since_ms: int

    def vouches_for(self, parameters: Mapping[str, str]) -> bool:
        """Whether a request needs no signature: one that has its own is judged by that."""
        return "signature" not in parameters and parameters.get("apiKey", self.api_key) == self.api_key


def signed_text(parameters: Mapping[str, str]) -> bytes:
    return "&".join(f"{name}={parameters[name]}" for name in sorted(parameters) if name != "signature").encode()


class Authenticator:
    """Tells who a request is from, by its parameters and the connection's logon."""

    def __init__(self, keyring: Keyring, server_time: ServerTime) -> None:
        self._keyring = keyring
        self._server_time = server_time

    def claimed(self, parameters: Mapping[str, str], logon: Logon | None) -> int:
        """The account that a request says it comes from, unproven; 0 where that is nobody."""
        if logon is not None and logon.vouches_for(parameters):
            return logon.account
        try:
            return self.holder(parameters)
        except VenueError:
            return 0

    def caller(self, parameters: Mapping[str, str], logon: Logon | None, wall_ns: int) -> tuple[int, int]:
        """The account that asks, and the nanoseconds left of the request's window. Raises VenueError."""
        if logon is not None and logon.vouches_for(parameters):
            return logon.account, self._server_time.time_left_ns(parameters, wall_ns)
        return self.signer(parameters, wall_ns)

    def signer(self, parameters: Mapping[str, str], wall_ns: int) -> tuple[int, int]:
        """As ``caller``, for requests that have to be signed."""
        key = self._key(parameters)
        time_left = self._server_time.time_left_ns(parameters, wall_ns)
        signature = parameters.get("signature")
        if not signature:
            raise mandatory("signature")
        if not key.signing.verify(signed_text(parameters), signature):
            raise invalid_signature()
        return key.account, time_left

    def holder(self, parameters: Mapping[str, str]) -> int:
        """The account of the key that is named, for calls that need no proof. Raises VenueError."""
        return self._key(parameters).account

    def _key(self, parameters: Mapping[str, str]) -> ApiKey:
        api_key = parameters.get("apiKey")
        if not api_key:
            raise mandatory("apiKey")
        return self._keyring.find(api_key.encode())
