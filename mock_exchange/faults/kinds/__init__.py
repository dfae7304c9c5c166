"""The table of the exchange's kinds of fault. A new kind is one file beside this one and one line in here.

``chaos.kinds`` has the same names and parameters for those who order them; a test holds the two together.
"""

from collections.abc import Mapping
from types import MappingProxyType

from mock_exchange.faults.fault import Kind
from mock_exchange.faults.kinds.broken_sequence import BrokenSequence
from mock_exchange.faults.kinds.duplicate_confirmations import DuplicateConfirmations
from mock_exchange.faults.kinds.engine_pause import EnginePause
from mock_exchange.faults.kinds.forced_disconnect import ForcedDisconnect
from mock_exchange.faults.kinds.late_confirmations import LateConfirmations
from mock_exchange.faults.kinds.lost_confirmations import LostConfirmations
from mock_exchange.faults.kinds.silent_stream import SilentStream
from mock_exchange.faults.kinds.stale_book import StaleBook
from mock_exchange.faults.kinds.unseen_fills import UnseenFills
from mock_exchange.faults.kinds.wrong_book import WrongBook

KINDS: Mapping[str, type[Kind]] = MappingProxyType(
    {
        "broken_sequence": BrokenSequence,
        "duplicate_confirmations": DuplicateConfirmations,
        "engine_pause": EnginePause,
        "forced_disconnect": ForcedDisconnect,
        "late_confirmations": LateConfirmations,
        "lost_confirmations": LostConfirmations,
        "silent_stream": SilentStream,
        "stale_book": StaleBook,
        "unseen_fills": UnseenFills,
        "wrong_book": WrongBook,
    }
)

__all__ = ["KINDS"]
