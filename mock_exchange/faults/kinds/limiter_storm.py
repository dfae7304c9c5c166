"""The limits are suddenly a fraction of what they were, so that honest traffic is told to slow down, then banned."""

from collections.abc import Callable
from typing import Annotated, Final

import msgspec

from mock_exchange.faults.fault import Fault
from mock_exchange.faults.limiting import Openly, check_selects_all
from mock_exchange.faults.seams import Seams
from mock_exchange.limits.settings import RateLimit, RateLimits
from mock_exchange.limits.venue_limiter import VenueLimiter

_NS_PER_S: Final = 1_000_000_000


class LimiterStorm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Puts narrower limits into force, on the configured figures even where limits are off."""

    percent: Annotated[float, msgspec.Meta(gt=0, le=100)]
    ban_after: Annotated[int, msgspec.Meta(ge=1)] = 20
    ban_s: Annotated[int, msgspec.Meta(ge=1, le=259_200)] = 120

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        check_selects_all(fault)
        shrunk = VenueLimiter(self._shrunk(seams.rate_limits), seams.wall_ns)
        shrunk.on_ban(seams.banned)
        return seams.limiting.add(lambda behind: Openly(behind, shrunk, fault, lambda cost: cost))

    def _shrunk(self, limits: RateLimits) -> RateLimits:
        return limits.model_copy(
            update={
                "request_weight": self._less(limits.request_weight),
                "raw_requests": self._less(limits.raw_requests),
                "orders": tuple(self._less(each) for each in limits.orders),
                "connections": self._less(limits.connections),
                "ban": limits.ban.model_copy(update={"after": self.ban_after, "first": self.ban_s * _NS_PER_S}),
            }
        )

    def _less(self, limit: RateLimit) -> RateLimit:
        return limit.model_copy(update={"limit": max(1, int(limit.limit * self.percent / 100))})
