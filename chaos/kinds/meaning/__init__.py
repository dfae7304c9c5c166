"""The exchange's admin port: its kinds of fault. A new one is one file beside this one and one line in here."""

from chaos.kinds.fault import Fault
from chaos.kinds.meaning.clock_skew import ClockSkew
from chaos.kinds.meaning.engine_pause import EnginePause
from chaos.kinds.meaning.hot_symbol import HotSymbol
from chaos.kinds.meaning.staged_reopening import StagedReopening

KINDS: tuple[type[Fault], ...] = (
    ClockSkew,
    EnginePause,
    HotSymbol,
    StagedReopening,
)
