"""The overload in one breath says whose capacity the bound is counted with."""

from decimal import Decimal

import pytest

from slo.capacity import OverloadBound
from slo.report.sections.limits.load import SWEEP_EXCEEDED, bound_sentence


def _bound(*, sweep_exceeded: bool) -> OverloadBound:
    return OverloadBound(
        phase="surge",
        start_ns=0,
        end_ns=1_430_000_000,
        arrivals=1000,
        offered_per_s=700.0,
        capacity_per_s=500.0,
        capacity_per_s_upper=520.0,
        deadline_ms=Decimal(250),
        servable=760,
        in_time=730,
        sweep_exceeded=sweep_exceeded,
    )


@pytest.mark.parametrize("sweep_exceeded", [True, False])
def test_a_sweep_that_understated_the_capacity_is_owned_up_to(sweep_exceeded: bool) -> None:
    assert (SWEEP_EXCEEDED in bound_sentence(_bound(sweep_exceeded=sweep_exceeded))) is sweep_exceeded


def test_the_bound_names_the_capacity_that_it_was_counted_with() -> None:
    said = "".join(str(part) for part in bound_sentence(_bound(sweep_exceeded=False)))
    assert "certainly not more than 520" in said
    assert "no server of 520" in said
    assert "no server of that capacity" not in said
