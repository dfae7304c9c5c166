"""How kinds are applied that somebody else holds for us: the proxy or the exchange is told, and lifts them again."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from typing import Any, cast

from chaos.ground import FaultControl, FaultOrder, Ground
from chaos.kinds.fault import Evidence, Fault
from chaos.selector import Selector

OWNER = "owner"
"""What lifted a fault that ended as planned."""


def applied_by_proxy(fault: Fault, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
    return _applied_by(ground.need_proxy, fault, ground.seed, fault_id, on)


def applied_by_venue(fault: Fault, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
    return _applied_by(ground.need_venue, fault, ground.seed, fault_id, on)


@contextmanager
def _applied_by(
    holder: Callable[[], FaultControl], fault: Fault, seed: int, fault_id: str, on: Selector
) -> Iterator[Evidence]:
    """The holder has the lease; the evidence is complete once the context has been left."""
    control = holder()
    parameters = asdict(cast("Any", fault))
    evidence = Evidence()
    try:
        # Inside, because an order whose answer got lost may be in force all the same.
        control.apply(FaultOrder(fault_id, fault.kind, parameters, on.as_written(), seed))
        yield evidence
    finally:
        lifted = control.heal(fault_id)
        evidence.hits = lifted.hits
        evidence.lifted_by = None if lifted.by == OWNER else lifted.by
        evidence.lost_orders = list(lifted.lost_orders) or None
