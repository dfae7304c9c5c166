"""listenKeys: the way to an account's events that the venue switched off on 2026-02-20, for clients that know no other.

A key is the name of a stream that whoever knows it may listen to, without a signature; it lives as long as it is kept
alive. Source: Binance Spot API documentation, user data streams, as of 2024.
"""

import asyncio
import random
from asyncio import TimerHandle
from collections.abc import Callable
from typing import Protocol

import msgspec

from mock_exchange.clock import Clock
from mock_exchange.config import UserDataConfig
from mock_exchange.gateway.errors import VenueError
from mock_exchange.streams.feed import Feed
from mock_exchange.user_data.feed import UserDataFeed
from mock_exchange.user_data.shapes import ListenKeyExpired

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_KEY_LENGTH = 64
_NS_PER_MS = 1_000_000
_NS_PER_S = 1_000_000_000
_ENCODER = msgspec.json.Encoder()


class CallLater(Protocol):
    def __call__(self, delay: float, callback: Callable[[], None], /) -> TimerHandle: ...


def new_listen_keys(
    settings: UserDataConfig, feed: UserDataFeed, rng: random.Random, clock: Clock
) -> "ListenKeys | None":
    """In the running event loop; None where the configuration does not bring them back."""
    if not settings.listen_keys:
        return None
    call_later = asyncio.get_running_loop().call_later
    return ListenKeys(feed, rng, clock, lifetime_ns=settings.listen_key_lifetime, call_later=call_later)


class _ListenKey:
    """One key while it lives."""

    def __init__(self, account: int, timer: TimerHandle) -> None:
        self.account = account
        self.timer = timer
        self.open: dict[Feed, Callable[[], None]] = {}
        """The streams of its name that someone listens to, and how to end each."""


class ListenKeys:
    """A Source of streams. An account has one key at a time."""

    def __init__(
        self, feed: UserDataFeed, rng: random.Random, clock: Clock, *, lifetime_ns: int, call_later: CallLater
    ) -> None:
        self._feed = feed
        self._rng = rng
        self._wall_ns = clock.wall_ns
        self._lifetime_s = lifetime_ns / _NS_PER_S
        self._call_later = call_later
        self._keys: dict[str, _ListenKey] = {}
        self._of_account: dict[int, str] = {}

    def obtain(self, account: int) -> str:
        """The account's key, kept alive, or a new one."""
        name = self._of_account.get(account)
        if name is not None:
            self.keep_alive(account, name)
            return name
        name = "".join(self._rng.choices(_ALPHABET, k=_KEY_LENGTH))
        self._keys[name] = _ListenKey(account, self._timer(name))
        self._of_account[account] = name
        return name

    def keep_alive(self, account: int, name: str) -> None:
        """Raises VenueError where the account has no such key."""
        key = self._find(account, name)
        key.timer.cancel()
        key.timer = self._timer(name)

    def revoke(self, account: int, name: str) -> None:
        """End the key and its streams. Raises VenueError where the account has no such key."""
        self._find(account, name)
        self._forget(name)

    def open(self, feed: Feed) -> Callable[[], None] | None:
        """Speak on the feed where its name is a key, until the result is called."""
        key = self._keys.get(feed.name)
        if key is None:
            return None
        subscription = self._feed.subscribe(key.account, lambda event: feed.publish(lambda _: event))

        def close() -> None:
            self._feed.end(subscription)
            key.open.pop(feed, None)

        key.open[feed] = close
        return close

    def close(self) -> None:
        for key in self._keys.values():
            key.timer.cancel()

    def _timer(self, name: str) -> TimerHandle:
        return self._call_later(self._lifetime_s, lambda: self._expire(name))

    def _find(self, account: int, name: str) -> _ListenKey:
        key = self._keys.get(name)
        if key is None or key.account != account:
            raise VenueError(-1125, "This listenKey does not exist.")
        return key

    def _expire(self, name: str) -> None:
        event = _ENCODER.encode(ListenKeyExpired(self._wall_ns() // _NS_PER_MS, name))
        for feed in self._keys[name].open:
            feed.publish(lambda _: event)
        self._forget(name)

    def _forget(self, name: str) -> None:
        key = self._keys.pop(name)
        del self._of_account[key.account]
        key.timer.cancel()
        for close in list(key.open.values()):
            close()
