"""Opens sessions of the WebSocket API."""

import contextlib
from typing import Final

from mock_exchange.clock import Clock
from mock_exchange.gateway.gateway import Gateway
from mock_exchange.gateway.keys import Keyring
from mock_exchange.limits.limiter import Cost, Limiter
from mock_exchange.limits.refusals import RateLimited
from mock_exchange.user_data.feed import UserDataFeed
from mock_exchange.websocket.endpoint import Peer, WebSocketTarget
from mock_exchange.ws_api.authentication import Authenticator
from mock_exchange.ws_api.outstanding import Outstanding
from mock_exchange.ws_api.own_methods import Standing
from mock_exchange.ws_api.session import ApiSession
from mock_exchange.ws_api.subscriptions import Subscriptions

PATH = "/ws-api/v3"
_CONNECTION: Final = Cost(2)
_NS_PER_MS = 1_000_000


class ApiEndpoint:
    """The WebSocket API's place on the WebSocket port."""

    messages_per_second = None
    """Requests are limited by their weight instead."""

    def __init__(self, gateway: Gateway, limiter: Limiter, keyring: Keyring, feed: UserDataFeed, clock: Clock) -> None:
        self._gateway = gateway
        self._limiter = limiter
        self._authenticator = Authenticator(keyring, gateway.server_time)
        self._feed = feed
        self._clock = clock
        self._outstanding = Outstanding()

    def open(self, target: WebSocketTarget, peer: Peer) -> ApiSession | None:
        if target.path != PATH:
            return None
        in_microseconds = target.query.get("timeUnit", "").upper() == "MICROSECOND"
        standing = Standing(
            authenticator=self._authenticator,
            subscriptions=Subscriptions(self._feed, peer, self._now_ms, in_microseconds=in_microseconds),
            outstanding=self._outstanding,
            wall_ns=self._clock.wall_ns,
            connected_ms=self._now_ms(),
            shows_limits=target.query.get("returnRateLimits") != "false",
            in_microseconds=in_microseconds,
        )
        with contextlib.suppress(RateLimited):  # which its first request is told
            self._limiter.request(peer.address, _CONNECTION)
        return ApiSession(self._gateway, self._limiter, standing, peer, self._clock)

    def drain(self) -> None:
        """Take no further request."""
        self._outstanding.is_closing = True

    async def wait_empty(self) -> None:
        """Until every request that was taken is answered; for use after ``drain``."""
        await self._outstanding.wait_none()

    def _now_ms(self) -> int:
        return self._clock.wall_ns() // _NS_PER_MS
