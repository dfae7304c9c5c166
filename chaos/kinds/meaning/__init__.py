"""The exchange's admin port: its kinds of fault. A new one is one file beside this one and one line in here."""

from chaos.kinds.fault import Fault
from chaos.kinds.meaning.ban import Ban
from chaos.kinds.meaning.broken_release import BrokenRelease
from chaos.kinds.meaning.engine_pause import EnginePause
from chaos.kinds.meaning.half_cancel_replace import HalfCancelReplace
from chaos.kinds.meaning.limiter_storm import LimiterStorm
from chaos.kinds.meaning.lookalike_503 import Lookalike503
from chaos.kinds.meaning.miscounting_limiter import MiscountingLimiter
from chaos.kinds.meaning.read_lag import ReadLag
from chaos.kinds.meaning.slow_gateway import SlowGateway
from chaos.kinds.meaning.stale_balances import StaleBalances
from chaos.kinds.meaning.unknown_execution import UnknownExecution

KINDS: tuple[type[Fault], ...] = (
    EnginePause,
    BrokenRelease,
    HalfCancelReplace,
    Lookalike503,
    SlowGateway,
    Ban,
    LimiterStorm,
    MiscountingLimiter,
    ReadLag,
    StaleBalances,
    UnknownExecution,
)
