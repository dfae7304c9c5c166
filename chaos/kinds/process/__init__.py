"""The target's process or container: its kinds of fault. A new one is one file beside this one and one line in here."""

from chaos.kinds.fault import Fault
from chaos.kinds.process.cpu_limit import CpuLimit
from chaos.kinds.process.kill import Kill
from chaos.kinds.process.partition import Partition
from chaos.kinds.process.pause import Pause
from chaos.kinds.process.restart import Restart
from chaos.kinds.process.stale_failover import StaleFailover

KINDS: tuple[type[Fault], ...] = (CpuLimit, Kill, Partition, Pause, Restart, StaleFailover)
