"""When which fault is applied and healed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaos.errors import InvalidFault
from chaos.kinds.process.pause import Pause
from chaos.timeline import Do, PlannedFault, actions


def planned(fault_id: str, at_ns: int, for_ns: int) -> PlannedFault:
    return PlannedFault(fault_id, at_ns, for_ns, Pause())


spans = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), max_size=10)


@given(spans)
def test_every_fault_is_applied_once_and_later_healed_once(times: list[tuple[int, int]]) -> None:
    faults = [planned(str(n), *span) for n, span in enumerate(times)]
    in_order = actions(faults)
    for fault in faults:
        own = [(action.do, action.at_ns) for action in in_order if action.planned is fault]
        assert own == [(Do.APPLY, fault.at_ns), (Do.HEAL, fault.until_ns)]


@given(spans)
def test_actions_are_in_order_of_time(times: list[tuple[int, int]]) -> None:
    moments = [action.at_ns for action in actions([planned(str(n), *span) for n, span in enumerate(times)])]
    assert moments == sorted(moments)


def test_a_fault_that_ends_is_healed_before_the_next_begins() -> None:
    in_order = actions([planned("second", 10, 5), planned("first", 0, 10)])
    assert [(action.planned.id, action.do) for action in in_order] == [
        ("first", Do.APPLY),
        ("first", Do.HEAL),
        ("second", Do.APPLY),
        ("second", Do.HEAL),
    ]


def test_two_faults_cannot_share_an_id() -> None:
    with pytest.raises(InvalidFault, match="id: 'a' is taken"):
        actions([planned("a", 0, 1), planned("a", 5, 1)])


@pytest.mark.parametrize(("at_ns", "for_ns"), [(-1, 1), (0, 0), (0, -1)])
def test_a_fault_has_to_last_and_to_lie_within_the_run(at_ns: int, for_ns: int) -> None:
    with pytest.raises(InvalidFault):
        planned("a", at_ns, for_ns)
