"""The table of the exchange's kinds of fault. A new kind is one file beside this one and one line in here.

``chaos.kinds`` has the same names and parameters for those who order them; a test holds the two together.
"""

from collections.abc import Mapping
from types import MappingProxyType

from mock_exchange.faults.fault import Kind
from mock_exchange.faults.kinds.ban import Ban
from mock_exchange.faults.kinds.broken_release import BrokenRelease
from mock_exchange.faults.kinds.broken_sequence import BrokenSequence
from mock_exchange.faults.kinds.clock_skew import ClockSkew
from mock_exchange.faults.kinds.duplicate_confirmations import DuplicateConfirmations
from mock_exchange.faults.kinds.engine_pause import EnginePause
from mock_exchange.faults.kinds.forced_disconnect import ForcedDisconnect
from mock_exchange.faults.kinds.full_disk import FullDisk
from mock_exchange.faults.kinds.half_cancel_replace import HalfCancelReplace
from mock_exchange.faults.kinds.hot_symbol import HotSymbol
from mock_exchange.faults.kinds.late_confirmations import LateConfirmations
from mock_exchange.faults.kinds.limiter_storm import LimiterStorm
from mock_exchange.faults.kinds.lookalike_503 import Lookalike503
from mock_exchange.faults.kinds.lost_confirmations import LostConfirmations
from mock_exchange.faults.kinds.miscounting_limiter import MiscountingLimiter
from mock_exchange.faults.kinds.mispricing import Mispricing
from mock_exchange.faults.kinds.read_lag import ReadLag
from mock_exchange.faults.kinds.silent_stream import SilentStream
from mock_exchange.faults.kinds.slow_disk import SlowDisk
from mock_exchange.faults.kinds.slow_gateway import SlowGateway
from mock_exchange.faults.kinds.staged_reopening import StagedReopening
from mock_exchange.faults.kinds.stale_balances import StaleBalances
from mock_exchange.faults.kinds.stale_book import StaleBook
from mock_exchange.faults.kinds.unknown_execution import UnknownExecution
from mock_exchange.faults.kinds.unseen_fills import UnseenFills
from mock_exchange.faults.kinds.wrong_book import WrongBook

KINDS: Mapping[str, type[Kind]] = MappingProxyType(
    {
        "ban": Ban,
        "broken_release": BrokenRelease,
        "broken_sequence": BrokenSequence,
        "clock_skew": ClockSkew,
        "duplicate_confirmations": DuplicateConfirmations,
        "engine_pause": EnginePause,
        "forced_disconnect": ForcedDisconnect,
        "full_disk": FullDisk,
        "half_cancel_replace": HalfCancelReplace,
        "hot_symbol": HotSymbol,
        "late_confirmations": LateConfirmations,
        "limiter_storm": LimiterStorm,
        "lookalike_503": Lookalike503,
        "lost_confirmations": LostConfirmations,
        "miscounting_limiter": MiscountingLimiter,
        "mispricing": Mispricing,
        "read_lag": ReadLag,
        "silent_stream": SilentStream,
        "slow_disk": SlowDisk,
        "slow_gateway": SlowGateway,
        "staged_reopening": StagedReopening,
        "stale_balances": StaleBalances,
        "stale_book": StaleBook,
        "unknown_execution": UnknownExecution,
        "unseen_fills": UnseenFills,
        "wrong_book": WrongBook,
    }
)

__all__ = ["KINDS"]
