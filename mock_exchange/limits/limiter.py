"""Who may ask how much, whatever they ask through: REST and the WebSocket API count to the same limits.

A request is charged when it arrives (``request``) and settled when its reply is known (``settle``): what the venue does
not charge is given back then. Neither waits, and both cost next to nothing where limits are off (``Unlimited``).
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

import msgspec


class RateLimitReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    """An entry of ``rateLimits``, as exchangeInfo, rateLimit/order and the WebSocket API show it."""

    rate_limit_type: str
    interval: str
    interval_num: int
    limit: int
    count: int | msgspec.UnsetType = msgspec.UNSET

    @property
    def letter(self) -> str:
        """How the names of headers call the interval: 1M, 10S, 1D."""
        return f"{self.interval_num}{self.interval[0]}"


class Cost(NamedTuple):
    """What a call is charged."""

    weight: int
    orders: int = 0
    """How many new orders it counts as."""
    is_free_when_done: bool = False
    """Its weight is given back if it succeeds: orders and cancels, since 2026-04-02."""
    counts_failures: bool = False
    """Its orders count even if the engine refuses them: cancelReplace."""


class Charge(NamedTuple):
    """What was charged, to be settled when the reply is known."""

    address: str
    account: int
    cost: Cost
    charged_ms: int


_NO_CHARGE = Charge("", 0, Cost(0), 0)


class Limiter(Protocol):
    """What the REST and WebSocket servers ask. Addresses are texts, accounts the engine's numbers."""

    def caller(self, peer: str, forwarded_for: str) -> str:
        """The address to charge, given who is connected and its header X-Forwarded-For, empty where it sent none."""

    def request(self, address: str, cost: Cost, account: int = 0) -> Charge:
        """Charge a request. Raises RateLimited; what a refused request weighs stays charged, its orders do not.

        ``account`` is needed where the cost has orders.
        """

    def settle(self, charge: Charge, status: int, body: bytes) -> None:
        """The reply has this HTTP status and, whatever it goes through, this body of REST: give back what is not
        charged for it.
        """

    def connect(self, address: str) -> None:
        """Count an attempt to open a WebSocket. Raises RateLimited."""

    def on_ban(self, callback: Callable[[str], None]) -> None:
        """Have it called with each address that is banned, so that its WebSockets can be dropped."""

    def give_back_orders(self, account: int, count: int) -> None:
        """An order was filled for the first time, and so many of the account's no longer count as unfilled."""

    def used_weight(self, address: str) -> int: ...

    def rate_limits(self) -> list[RateLimitReply]:
        """What is in force, without counts; empty where limits are off."""

    def order_counts(self, account: int) -> tuple[int, ...]:
        """The account's unfilled orders in each window, in the order of the limits."""

    def order_usage(self, account: int) -> list[RateLimitReply]:
        """The limits of orders, with the account's counts."""

    def usage(self, address: str, account: int = 0) -> list[RateLimitReply]:
        """All limits with their counts; those of orders only for an account."""


class Unlimited:
    """Limits are off."""

    def caller(self, peer: str, forwarded_for: str) -> str:  # noqa: ARG002 - nobody is charged
        return peer

    def request(self, address: str, cost: Cost, account: int = 0) -> Charge:  # noqa: ARG002
        return _NO_CHARGE

    def settle(self, charge: Charge, status: int, body: bytes) -> None:
        """Nothing was charged."""

    def connect(self, address: str) -> None:
        """Everyone may connect."""

    def on_ban(self, callback: Callable[[str], None]) -> None:
        """Nobody is banned."""

    def give_back_orders(self, account: int, count: int) -> None:
        """Nothing is counted."""

    def used_weight(self, address: str) -> int:  # noqa: ARG002 - nothing is counted
        return 0

    def rate_limits(self) -> list[RateLimitReply]:
        return []

    def order_counts(self, account: int) -> tuple[int, ...]:  # noqa: ARG002
        return ()

    def order_usage(self, account: int) -> list[RateLimitReply]:  # noqa: ARG002
        return []

    def usage(self, address: str, account: int = 0) -> list[RateLimitReply]:  # noqa: ARG002
        return []
