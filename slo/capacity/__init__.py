"""Capacity, and why not 100 %: what the sweep found, what overload takes away, what a fault costs, what can be shown.

``findings(record, samples, events)`` works all of it out from the stored run; ``samples`` with derived columns.
"""

from slo.capacity.finding import findings
from slo.capacity.model import (
    CapacityFindings,
    LittleCheck,
    MeasuredCapacity,
    NinesRow,
    OverloadBound,
    Recovery,
    SupportableAvailability,
    SweepStep,
    UslFit,
)

__all__ = [
    "CapacityFindings",
    "LittleCheck",
    "MeasuredCapacity",
    "NinesRow",
    "OverloadBound",
    "Recovery",
    "SupportableAvailability",
    "SweepStep",
    "UslFit",
    "findings",
]
