"""A limiter that counts more than it should, while the limits and counts that it publishes are right."""

from collections.abc import Callable
from typing import Annotated

import msgspec

from mock_exchange.faults.fault import Fault
from mock_exchange.faults.limiting import Secretly, check_selects_all
from mock_exchange.faults.seams import Seams
from mock_exchange.limits.limiter import Cost
from mock_exchange.limits.venue_limiter import VenueLimiter


class MiscountingLimiter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Has a second limiter count too much, beside the one whose counts are told."""

    factor: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 10
    counts_free: bool = False

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        """Where limits are off, those that would be in force are, and are published."""
        check_selects_all(fault)
        honest = VenueLimiter(seams.rate_limits, seams.wall_ns)
        wrong = VenueLimiter(seams.rate_limits, seams.wall_ns)
        for limiter in (honest, wrong):
            limiter.on_ban(seams.banned)
        return seams.limiting.add(
            lambda behind: Secretly(behind if behind.rate_limits() else honest, wrong, fault, self._counted)
        )

    def _counted(self, cost: Cost) -> Cost:
        is_free = cost.is_free_when_done and not self.counts_free
        return cost._replace(weight=cost.weight * self.factor, is_free_when_done=is_free)
