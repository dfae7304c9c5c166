"""The fault proxy before the target: its kinds of fault. A new one is one file beside this one and one line in here."""

from chaos.kinds.fault import Fault
from chaos.kinds.wire.latency import Latency

KINDS: tuple[type[Fault], ...] = (Latency,)
