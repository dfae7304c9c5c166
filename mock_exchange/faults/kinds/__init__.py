"""The table of the exchange's kinds of fault. A new kind is one file beside this one and one line in here.

``chaos.kinds`` has the same names and parameters for those who order them; a test holds the two together.
"""

from collections.abc import Mapping
from types import MappingProxyType

from mock_exchange.faults.fault import Kind
from mock_exchange.faults.kinds.ban import Ban
from mock_exchange.faults.kinds.broken_release import BrokenRelease
from mock_exchange.faults.kinds.engine_pause import EnginePause
from mock_exchange.faults.kinds.half_cancel_replace import HalfCancelReplace
from mock_exchange.faults.kinds.limiter_storm import LimiterStorm
from mock_exchange.faults.kinds.lookalike_503 import Lookalike503
from mock_exchange.faults.kinds.miscounting_limiter import MiscountingLimiter
from mock_exchange.faults.kinds.read_lag import ReadLag
from mock_exchange.faults.kinds.slow_gateway import SlowGateway
from mock_exchange.faults.kinds.stale_balances import StaleBalances
from mock_exchange.faults.kinds.unknown_execution import UnknownExecution

KINDS: Mapping[str, type[Kind]] = MappingProxyType(
    {
        "engine_pause": EnginePause,
        "broken_release": BrokenRelease,
        "half_cancel_replace": HalfCancelReplace,
        "lookalike_503": Lookalike503,
        "slow_gateway": SlowGateway,
        "ban": Ban,
        "limiter_storm": LimiterStorm,
        "miscounting_limiter": MiscountingLimiter,
        "read_lag": ReadLag,
        "stale_balances": StaleBalances,
        "unknown_execution": UnknownExecution,
    }
)

__all__ = ["KINDS"]
