"""API keys: who is asking, and the proof of it."""

import re
from collections.abc import Iterable

from mock_exchange.gateway.errors import VenueError
from mock_exchange.gateway.signing import SigningKey

_FORMAT = re.compile(rb"[A-Za-z0-9._-]{1,128}")


class ApiKey:
    __slots__ = ("account", "signing")

    def __init__(self, account: int, signing: SigningKey) -> None:
        self.account = account
        self.signing = signing


class Keyring:
    """The keys that may trade here."""

    __slots__ = ("_keys",)

    def __init__(self, keys: Iterable[tuple[str, SigningKey, int]]) -> None:
        """Of each the key, what it signs with, and the account's number."""
        self._keys = {key.encode(): ApiKey(account, signing) for key, signing, account in keys}

    def find(self, credential: bytes) -> ApiKey:
        """Raises VenueError -2014 (not a key) or -2015 (not a key of ours)."""
        key = self._keys.get(credential)
        if key is not None:
            return key
        if not _FORMAT.fullmatch(credential):
            raise VenueError(-2014, "API-key format invalid.", 401)
        raise VenueError(-2015, "Invalid API-key, IP, or permissions for action.", 401)
