"""What faults act on: the process of the target, the proxy before it, and its admin port, each behind one interface."""

from chaos.ground.durable_state import DurableState
from chaos.ground.ground import FaultControl, FaultOrder, Ground, Lifted, ProcessControl

__all__ = ["DurableState", "FaultControl", "FaultOrder", "Ground", "Lifted", "ProcessControl"]
