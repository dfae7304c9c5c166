"""Addresses are banned that have done nothing to deserve it, as whoever shares one with somebody else who has."""

from collections.abc import Callable
from typing import Annotated, Final

import msgspec

from mock_exchange.faults.fault import Fault
from mock_exchange.faults.limiting import InFront, blamed, check_selects_all
from mock_exchange.faults.seams import Seams
from mock_exchange.limits.limiter import Charge, Cost, Limiter
from mock_exchange.limits.refusals import RateLimited, banned
from mock_exchange.limits.venue_limiter import VenueLimiter

_NS_PER_MS: Final = 1_000_000
_MS_PER_S: Final = 1_000


class Ban(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lets nobody in from the banned address, or nobody at all, until the ban is over."""

    ban_s: Annotated[int, msgspec.Meta(ge=1, le=259_200)] = 120
    address: str = ""

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        check_selects_all(fault)
        until_ms = seams.wall_ns() // _NS_PER_MS + self.ban_s * _MS_PER_S
        door = Door(self.address, until_ms, fault, seams)
        caller = VenueLimiter(seams.rate_limits, seams.wall_ns).caller
        return seams.limiting.add(lambda behind: Banning(behind, door, caller))


class Door:
    """Who is not let in, and until when."""

    def __init__(self, address: str, until_ms: int, fault: Fault, seams: Seams) -> None:
        self._address = address
        self._until_ms = until_ms
        self._fault = fault
        self._seams = seams
        self._dropped: set[str] = set()
        """Addresses whose WebSockets were ended."""

    def let_in(self, address: str) -> None:
        """Raises RateLimited for who is banned."""
        now_ms = self._seams.wall_ns() // _NS_PER_MS
        self._fault.seen += 1
        if now_ms < self._until_ms and self._address in ("", address):
            raise blamed(banned(now_ms=now_ms, until_ms=self._until_ms), self._fault)

    def drop(self, address: str) -> None:
        """The address loses its WebSockets, once."""
        if address not in self._dropped:
            self._dropped.add(address)
            self._seams.banned(address)


class Banning(InFront):
    """A limiter with a door before it."""

    def __init__(self, behind: Limiter, door: Door, caller: Callable[[str, str], str]) -> None:
        """``caller`` says who asks, where limits are off and nobody needs to know."""
        super().__init__(behind)
        self._door = door
        self._caller = caller

    def caller(self, peer: str, forwarded_for: str) -> str:
        return self._caller(peer, forwarded_for)

    def request(self, address: str, cost: Cost, account: int = 0) -> Charge:
        try:
            self._door.let_in(address)
        except RateLimited:
            self._door.drop(address)
            raise
        return self.behind.request(address, cost, account)

    def connect(self, address: str) -> None:
        self._door.let_in(address)
        self.behind.connect(address)
