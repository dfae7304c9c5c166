"""The venue's limits in force: counts in clock-aligned windows, 429 for who exceeds them, 418 for who goes on."""

from collections.abc import Callable

import msgspec

from mock_exchange.limits.bans import Bans
from mock_exchange.limits.callers import behind_proxy
from mock_exchange.limits.limiter import Charge, Cost, RateLimitReply
from mock_exchange.limits.refusals import (
    banned,
    too_many_connections,
    too_many_orders,
    too_many_requests,
    too_much_weight,
)
from mock_exchange.limits.settings import RateLimit, RateLimits
from mock_exchange.limits.windows import Windows, interval_of

_NS_PER_MS = 1_000_000
_OVERLOADED = 503
_TRIED = (b'{"code":-2021', b'{"code":-2022')
"""How replies begin that tell of a replacement which failed in the engine, in part or in whole."""


class VenueLimiter:
    """The venue's limits, as configured."""

    def __init__(self, settings: RateLimits, wall_ns: Callable[[], int]) -> None:
        self._wall_ns = wall_ns
        self._trusts_forwarded_for = settings.trust_forwarded_for

        def windows(limit: RateLimit) -> tuple[int, int]:
            return limit.limit, settings.window_ms(limit)

        self._weights: Windows[str] = Windows(*windows(settings.request_weight))
        self._requests: Windows[str] = Windows(*windows(settings.raw_requests))
        self._connections: Windows[str] = Windows(*windows(settings.connections))
        self._orders: list[Windows[int]] = [Windows(*windows(limit)) for limit in settings.orders]
        self._refusals: Windows[str] = Windows(settings.ban.after, self._weights.window_ms)
        self._bans = Bans(*settings.ban_ms())
        self._on_ban: list[Callable[[str], None]] = []
        self._rate_limits = [
            _told("REQUEST_WEIGHT", self._weights),
            *(_told("ORDERS", orders) for orders in self._orders),
            _told("RAW_REQUESTS", self._requests),
        ]

    def caller(self, peer: str, forwarded_for: str) -> str:
        return behind_proxy(peer, forwarded_for) if self._trusts_forwarded_for else peer

    def request(self, address: str, cost: Cost, account: int = 0) -> Charge:
        now_ms = self._now_ms()
        if until_ms := self._bans.until_ms(address, now_ms):
            raise banned(now_ms=now_ms, until_ms=until_ms)
        requests, weights = self._requests, self._weights
        used = weights.add(address, cost.weight, now_ms)
        if requests.add(address, 1, now_ms) > requests.limit:
            self._refuse(address, now_ms)
            raise too_many_requests(
                requests.limit, _span(requests), now_ms=now_ms, retry_at_ms=requests.ends_ms(now_ms)
            )
        if used > weights.limit:
            self._refuse(address, now_ms)
            raise too_much_weight(weights.limit, _span(weights), now_ms=now_ms, retry_at_ms=weights.ends_ms(now_ms))
        if cost.orders:
            self._charge_orders(account, cost.orders, now_ms)
        return Charge(address, account, cost, now_ms)

    def settle(self, charge: Charge, status: int, body: bytes) -> None:
        cost, now_ms = charge.cost, self._now_ms()
        is_done = 200 <= status < 300
        if status == _OVERLOADED or (is_done and cost.is_free_when_done):
            self._weights.take_back(charge.address, cost.weight, now_ms, charge.charged_ms)
        if not (is_done or (cost.counts_failures and body.startswith(_TRIED))):
            for orders in self._orders if cost.orders else ():
                orders.take_back(charge.account, cost.orders, now_ms, charge.charged_ms)

    def connect(self, address: str) -> None:
        now_ms = self._now_ms()
        if until_ms := self._bans.until_ms(address, now_ms):
            raise banned(now_ms=now_ms, until_ms=until_ms)
        connections = self._connections
        if connections.add(address, 1, now_ms) > connections.limit:
            raise too_many_connections(
                connections.limit, _span(connections), now_ms=now_ms, retry_at_ms=connections.ends_ms(now_ms)
            )

    def on_ban(self, callback: Callable[[str], None]) -> None:
        self._on_ban.append(callback)

    def give_back_orders(self, account: int, count: int) -> None:
        now_ms = self._now_ms()
        for orders in self._orders:
            orders.take_back(account, count, now_ms)

    def used_weight(self, address: str) -> int:
        return self._weights.used(address, self._now_ms())

    def rate_limits(self) -> list[RateLimitReply]:
        return self._rate_limits

    def order_counts(self, account: int) -> tuple[int, ...]:
        now_ms = self._now_ms()
        return tuple(orders.used(account, now_ms) for orders in self._orders)

    def order_usage(self, account: int) -> list[RateLimitReply]:
        now_ms = self._now_ms()
        return [_told("ORDERS", orders, orders.used(account, now_ms)) for orders in self._orders]

    def usage(self, address: str, account: int = 0) -> list[RateLimitReply]:
        now_ms = self._now_ms()
        return [
            _told("REQUEST_WEIGHT", self._weights, self._weights.used(address, now_ms)),
            *(self.order_usage(account) if account else ()),
            _told("RAW_REQUESTS", self._requests, self._requests.used(address, now_ms)),
        ]

    def _charge_orders(self, account: int, count: int, now_ms: int) -> None:
        for orders in self._orders:
            if orders.used(account, now_ms) + count > orders.limit:
                raise too_many_orders(orders.limit, _span(orders), now_ms=now_ms, retry_at_ms=orders.ends_ms(now_ms))
        for orders in self._orders:
            orders.add(account, count, now_ms)

    def _refuse(self, address: str, now_ms: int) -> None:
        """Count a refusal; one too many is a ban, which is raised instead of the refusal."""
        if self._refusals.add(address, 1, now_ms) <= self._refusals.limit:
            return
        self._refusals.take_back(address, self._refusals.limit + 1, now_ms)
        until_ms = self._bans.ban(address, now_ms)
        for callback in self._on_ban:
            callback(address)
        raise banned(now_ms=now_ms, until_ms=until_ms)

    def _now_ms(self) -> int:
        return self._wall_ns() // _NS_PER_MS


def _told(
    kind: str, windows: "Windows[str] | Windows[int]", count: int | msgspec.UnsetType = msgspec.UNSET
) -> RateLimitReply:
    return RateLimitReply(kind, *interval_of(windows.window_ms), windows.limit, count)


def _span(windows: "Windows[str] | Windows[int]") -> str:
    """A window as error texts name it, such as "1 MINUTE"."""
    unit, number = interval_of(windows.window_ms)
    return f"{number} {unit}"
