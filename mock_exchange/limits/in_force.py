"""The limiter that everyone asks, whichever is in force."""

from collections.abc import Callable
from typing import Final

from mock_exchange.limits.limiter import Limiter, Unlimited

_ASKED: Final = (
    *("caller", "request", "settle", "connect", "give_back_orders"),
    *("used_weight", "rate_limits", "order_counts", "order_usage", "usage"),
)


class LimiterInForce(Unlimited):
    """Another limiter may come into force while the exchange serves.

    The methods of the one in force are set on this object, where they hide those of its class: that it can be changed
    costs no further call.
    """

    def __init__(self, limiter: Limiter) -> None:
        self.own = limiter
        """The one that the exchange was started with."""
        self._on_ban: list[Callable[[str], None]] = []
        limiter.on_ban(self.banned)
        self.put(limiter)

    def put(self, limiter: Limiter) -> None:
        for name in _ASKED:
            setattr(self, name, getattr(limiter, name))

    def on_ban(self, callback: Callable[[str], None]) -> None:
        self._on_ban.append(callback)

    def banned(self, address: str) -> None:
        """Tell all who want to know of a ban."""
        for callback in self._on_ban:
            callback(address)
