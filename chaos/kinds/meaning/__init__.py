"""The exchange's admin port: its kinds of fault. A new one is one file beside this one and one line in here."""

from chaos.kinds.fault import Fault
from chaos.kinds.meaning.engine_pause import EnginePause
from chaos.kinds.meaning.unknown_execution import UnknownExecution

KINDS: tuple[type[Fault], ...] = (
    EnginePause,
    UnknownExecution,
)
