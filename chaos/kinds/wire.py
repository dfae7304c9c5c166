"""How every kind of the wire is applied: the proxy is told, and lifts it again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, cast

from chaos.ground import Ground, WireOrder
from chaos.kinds.fault import Evidence, Fault
from chaos.selector import Selector

OWNER = "owner"
"""What lifted a fault that ended as planned."""


@contextmanager
def applied_by_proxy(fault: Fault, ground: Ground, fault_id: str, on: Selector) -> Iterator[Evidence]:
    """The proxy's control holds the lease; the evidence is complete once the context has been left."""
    proxy = ground.need_proxy()
    parameters = asdict(cast("Any", fault))
    evidence = Evidence()
    try:
        # Inside, because an order whose answer got lost may be in force all the same.
        proxy.apply(WireOrder(fault_id, fault.kind, parameters, on.as_written(), ground.seed))
        yield evidence
    finally:
        lifted = proxy.heal(fault_id)
        evidence.hits = lifted.hits
        evidence.lifted_by = None if lifted.by == OWNER else lifted.by
