"""The audit finds whatever was left of a fault, on a real exchange behind a real proxy, and nothing else."""

from collections.abc import Callable, Iterator

import pytest

from chaos.audit import Audit, audit, ping_ms
from chaos.fault_client import FaultClient
from chaos.ground import FaultOrder, Ground
from scenarios.targets.target import LiveTarget
from tests.chaos.targets import embedded

NOW = 0.0


@pytest.fixture(scope="module")
def live() -> Iterator[LiveTarget]:
    with embedded() as live:
        yield live


def order(kind: str, **parameters: object) -> FaultOrder:
    return FaultOrder("left", kind, parameters, {}, seed=1)


def a_pause(ground: Ground) -> Callable[[], object]:
    ground.need_process().pause("left")
    return lambda: ground.need_process().resume("left")


def a_limit(ground: Ground) -> Callable[[], object]:
    ground.need_process().limit_cpu("left", 50)
    return lambda: ground.need_process().lift_cpu_limit("left")


def a_fault_of_the_wire(ground: Ground) -> Callable[[], object]:
    ground.need_proxy().apply(order("latency", latency_ms=1))
    return lambda: ground.need_proxy().heal("left")


def a_slow_wire(ground: Ground) -> Callable[[], object]:
    ground.need_proxy().apply(order("latency", latency_ms=100))
    return lambda: ground.need_proxy().heal("left")


def a_fault_of_meaning(ground: Ground) -> Callable[[], object]:
    ground.need_venue().apply(order("engine_pause"))
    return lambda: ground.need_venue().heal("left")


@pytest.mark.parametrize(
    ("leave", "told"),
    [
        (a_pause, "is stopped"),
        (a_limit, "is limited to 50 %"),
        (a_fault_of_the_wire, "fault left is in force at the fault proxy"),
        (a_slow_wire, "a ping takes"),
        (a_fault_of_meaning, "fault left is in force at the exchange's admin port"),
    ],
)
def test_what_is_left_is_found_and_no_more_once_it_has_gone(
    live: LiveTarget, leave: Callable[[Ground], Callable[[], object]], told: str
) -> None:
    before_ms = ping_ms(live.ground)
    assert before_ms is not None
    lift = leave(live.ground)
    try:
        found = audit(live.ground, before_ms, NOW)
    finally:
        lift()
    assert not found.is_clean
    assert told in "; ".join(found.left)
    assert audit(live.ground, before_ms).is_clean


def test_a_target_that_is_slow_for_a_while_is_waited_for() -> None:
    pings = iter([False, *[True] * 100])
    ground = Ground(answers=lambda: next(pings))
    found = audit(ground, 1.0)
    assert found.is_clean
    assert next(pings), "it stopped asking once the target was back"
    assert audit(Ground(answers=lambda: False), 1.0, NOW).left == ("the target does not answer every ping",)


def test_a_target_that_nobody_can_ask_has_nothing_to_compare() -> None:
    assert ping_ms(Ground()) is None
    assert audit(Ground(), None) == Audit((), None, None)


def test_a_holder_that_is_gone_is_no_clean_one() -> None:
    nobody = FaultClient("http://127.0.0.1:1")
    (told,) = audit(Ground(proxy=nobody), None, NOW).left
    assert "does not answer" in told
