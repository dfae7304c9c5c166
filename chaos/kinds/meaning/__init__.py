"""The exchange's admin port: its kinds of fault. A new one is one file beside this one and one line in here."""

from chaos.kinds.fault import Fault
from chaos.kinds.meaning.ban import Ban
from chaos.kinds.meaning.broken_release import BrokenRelease
from chaos.kinds.meaning.broken_sequence import BrokenSequence
from chaos.kinds.meaning.clock_skew import ClockSkew
from chaos.kinds.meaning.duplicate_confirmations import DuplicateConfirmations
from chaos.kinds.meaning.engine_pause import EnginePause
from chaos.kinds.meaning.forced_disconnect import ForcedDisconnect
from chaos.kinds.meaning.full_disk import FullDisk
from chaos.kinds.meaning.half_cancel_replace import HalfCancelReplace
from chaos.kinds.meaning.hot_symbol import HotSymbol
from chaos.kinds.meaning.late_confirmations import LateConfirmations
from chaos.kinds.meaning.limiter_storm import LimiterStorm
from chaos.kinds.meaning.lookalike_503 import Lookalike503
from chaos.kinds.meaning.lost_confirmations import LostConfirmations
from chaos.kinds.meaning.miscounting_limiter import MiscountingLimiter
from chaos.kinds.meaning.mispricing import Mispricing
from chaos.kinds.meaning.read_lag import ReadLag
from chaos.kinds.meaning.silent_stream import SilentStream
from chaos.kinds.meaning.slow_disk import SlowDisk
from chaos.kinds.meaning.slow_gateway import SlowGateway
from chaos.kinds.meaning.staged_reopening import StagedReopening
from chaos.kinds.meaning.stale_balances import StaleBalances
from chaos.kinds.meaning.stale_book import StaleBook
from chaos.kinds.meaning.unknown_execution import UnknownExecution
from chaos.kinds.meaning.unseen_fills import UnseenFills
from chaos.kinds.meaning.wrong_book import WrongBook

KINDS: tuple[type[Fault], ...] = (
    Ban,
    BrokenRelease,
    BrokenSequence,
    ClockSkew,
    DuplicateConfirmations,
    EnginePause,
    ForcedDisconnect,
    FullDisk,
    HalfCancelReplace,
    HotSymbol,
    LateConfirmations,
    LimiterStorm,
    Lookalike503,
    LostConfirmations,
    MiscountingLimiter,
    Mispricing,
    ReadLag,
    SilentStream,
    SlowDisk,
    SlowGateway,
    StagedReopening,
    StaleBalances,
    StaleBook,
    UnknownExecution,
    UnseenFills,
    WrongBook,
)
