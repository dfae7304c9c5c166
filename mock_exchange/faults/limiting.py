"""Limiters that stand before the exchange's own, and refuse what it would let pass."""

from collections.abc import Callable

from mock_exchange.faults.fault import Fault, NotPossible
from mock_exchange.limits.limiter import Charge, Cost, Limiter, RateLimitReply
from mock_exchange.limits.refusals import RateLimited
from mock_exchange.limits.venue_limiter import VenueLimiter


def check_selects_all(fault: Fault) -> None:
    """Raises NotPossible for a selector: requests are counted by who sends them, before it is known what they are."""
    if fault.on:
        raise NotPossible(f"{fault.kind} cannot choose by {', '.join(fault.on)}: limits count callers, not operations")


def blamed(error: RateLimited, fault: Fault) -> RateLimited:
    """The refusal, as one that the fault brought about."""
    fault.hits += 1
    error.fault_id = fault.id
    return error


class InFront:
    """A limiter that does what the one behind it does."""

    def __init__(self, behind: Limiter) -> None:
        self.behind = behind

    def caller(self, peer: str, forwarded_for: str) -> str:
        return self.behind.caller(peer, forwarded_for)

    def request(self, address: str, cost: Cost, account: int = 0) -> Charge:
        return self.behind.request(address, cost, account)

    def settle(self, charge: Charge, status: int, body: bytes) -> None:
        self.behind.settle(charge, status, body)

    def connect(self, address: str) -> None:
        self.behind.connect(address)

    def on_ban(self, callback: Callable[[str], None]) -> None:
        self.behind.on_ban(callback)

    def give_back_orders(self, account: int, count: int) -> None:
        self.behind.give_back_orders(account, count)

    def used_weight(self, address: str) -> int:
        return self.behind.used_weight(address)

    def rate_limits(self) -> list[RateLimitReply]:
        return self.behind.rate_limits()

    def order_counts(self, account: int) -> tuple[int, ...]:
        return self.behind.order_counts(account)

    def order_usage(self, account: int) -> list[RateLimitReply]:
        return self.behind.order_usage(account)

    def usage(self, address: str, account: int = 0) -> list[RateLimitReply]:
        return self.behind.usage(address, account)


class Secretly(InFront):
    """Has a second limiter count as well, of which nobody is told until it refuses.

    The one behind goes on counting, so that its counts are right when the fault is gone, and comes first: what it
    refuses is no fault.
    """

    def __init__(self, behind: Limiter, second: VenueLimiter, fault: Fault, counted: Callable[[Cost], Cost]) -> None:
        super().__init__(behind)
        self._second = second
        self._fault = fault
        self._counted = counted
        """What the second one takes a cost for."""

    def caller(self, peer: str, forwarded_for: str) -> str:
        return self._second.caller(peer, forwarded_for)

    def request(self, address: str, cost: Cost, account: int = 0) -> Charge:
        charge = self.behind.request(address, cost, account)
        self._fault.seen += 1
        try:
            second = self._second.request(address, self._counted(cost), account)
        except RateLimited as error:
            self.behind.settle(charge, error.status, b"")
            raise blamed(error, self._fault) from None
        return second._replace(cost=cost)

    def settle(self, charge: Charge, status: int, body: bytes) -> None:
        self.behind.settle(charge, status, body)
        self._second.settle(charge._replace(cost=self._counted(charge.cost)), status, body)

    def connect(self, address: str) -> None:
        self.behind.connect(address)
        self._fault.seen += 1
        try:
            self._second.connect(address)
        except RateLimited as error:
            raise blamed(error, self._fault) from None

    def give_back_orders(self, account: int, count: int) -> None:
        self.behind.give_back_orders(account, count)
        self._second.give_back_orders(account, count)


class Openly(Secretly):
    """As ``Secretly``, but the limits and counts that are published are those of the second one."""

    def used_weight(self, address: str) -> int:
        return self._second.used_weight(address)

    def rate_limits(self) -> list[RateLimitReply]:
        return self._second.rate_limits()

    def order_counts(self, account: int) -> tuple[int, ...]:
        return self._second.order_counts(account)

    def order_usage(self, account: int) -> list[RateLimitReply]:
        return self._second.order_usage(account)

    def usage(self, address: str, account: int = 0) -> list[RateLimitReply]:
        return self._second.usage(address, account)
