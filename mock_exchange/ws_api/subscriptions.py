"""The user data that one connection listens to.

Source of ids, limits and events: Binance Spot API documentation, WebSocket API, user data stream requests.
"""

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Final

import msgspec

from mock_exchange.gateway.errors import VenueError
from mock_exchange.gateway.time_unit import in_microseconds
from mock_exchange.user_data.feed import Subscription, UserDataFeed
from mock_exchange.user_data.shapes import EventStreamTerminated
from mock_exchange.websocket.endpoint import Peer

_LIVE_MAX: Final = 1000
_TOTAL_MAX: Final = 65_535
_ENCODER: Final = msgspec.json.Encoder()


class Subscriptions:
    """At most one per account at a time; ids count from 0 and are never used again."""

    def __init__(self, feed: UserDataFeed, peer: Peer, now_ms: Callable[[], int], *, in_microseconds: bool) -> None:
        self._feed = feed
        self._peer = peer
        self._now_ms = now_ms
        self._in_microseconds = in_microseconds
        self._ids = count()
        self._live: dict[int, Subscription] = {}
        self._total = 0
        self._of_logon: int | None = None

    @property
    def ids(self) -> list[int]:
        return list(self._live)

    def start(self, account: int, *, by_logon: bool) -> int:
        """Returns the new id. Raises VenueError where the account has one already, or the connection too many."""
        if any(subscription.account == account for subscription in self._live.values()):
            raise VenueError(-2035, "User Data Stream subscription already active.")
        if len(self._live) >= _LIVE_MAX:
            raise VenueError(-1003, f"Too many subscriptions; current limit is {_LIVE_MAX} active ones per connection.")
        if self._total >= _TOTAL_MAX:
            raise VenueError(
                -1003, f"Too many subscriptions; after {_TOTAL_MAX} of them a connection has to be opened anew."
            )
        self._total += 1
        number = next(self._ids)
        self._live[number] = self._feed.subscribe(account, partial(self._tell, number))
        if by_logon:
            self._of_logon = number
        return number

    def stop(self, number: int) -> None:
        """End one, and say so. Raises VenueError where there is none."""
        subscription = self._live.pop(number, None)
        if subscription is None:
            raise VenueError(-2036, "User Data Stream subscription not active.")
        self._feed.end(subscription)
        self._tell(number, _ENCODER.encode(EventStreamTerminated(self._now_ms())))

    def stop_all(self) -> None:
        for number in self.ids:
            self.stop(number)

    def stop_of_logon(self) -> None:
        """End the one that the logon was for; those with signatures of their own stay."""
        number, self._of_logon = self._of_logon, None
        if number in self._live:
            self.stop(number)

    def forget(self) -> None:
        """The connection is gone: nobody is left to be told."""
        for subscription in self._live.values():
            self._feed.end(subscription)
        self._live.clear()

    def _tell(self, number: int, event: bytes) -> None:
        if self._in_microseconds:
            event = in_microseconds(event)
        self._peer.send(b'{"subscriptionId":%d,"event":%b}' % (number, event))
