"""What faults act on: the process of the target and the proxy before it, each behind one interface."""

from chaos.ground.ground import Ground, Lifted, ProcessControl, ProxyControl, WireOrder

__all__ = ["Ground", "Lifted", "ProcessControl", "ProxyControl", "WireOrder"]
