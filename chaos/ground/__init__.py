"""What faults act on: the process of the target, the proxy before it, and its admin port, each behind one interface."""

from chaos.ground.ground import FaultControl, FaultOrder, Ground, Lifted, ProcessControl

__all__ = ["FaultControl", "FaultOrder", "Ground", "Lifted", "ProcessControl"]
