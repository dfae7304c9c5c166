"""The target's process or container: its kinds of fault. A new one is one file beside this one and one line in here."""

from chaos.kinds.fault import Fault
from chaos.kinds.process.pause import Pause

KINDS: tuple[type[Fault], ...] = (Pause,)
