"""A fault as written becomes a fault, or the rule that it breaks."""

import math

import pytest

from chaos.errors import InvalidFault
from chaos.kinds import KINDS, parameters_of
from chaos.kinds.process.pause import Pause
from chaos.kinds.wire.latency import Latency
from chaos.parse import parse_fault
from chaos.selector import Selector
from slo.history import Operation


def test_parameters_and_selector_become_a_fault() -> None:
    fault, on = parse_fault("latency", {"latency_ms": 200, "jitter_ms": 50.5}, {"op": "order.place"})
    assert fault == Latency(latency_ms=200, jitter_ms=50.5)
    assert on == Selector(op=Operation.ORDER_PLACE)


def test_what_may_be_left_out_may_be_left_out() -> None:
    assert parse_fault("latency", {"latency_ms": 1}, {}) == (Latency(latency_ms=1, jitter_ms=0), Selector())
    assert parse_fault("pause", {}, {}) == (Pause(), Selector())


@pytest.mark.parametrize(
    ("kind", "parameters", "on", "field"),
    [
        ("latencey", {}, {}, "kind"),
        ("latency", {}, {}, "with.latency_ms"),
        ("latency", {"latency_ms": -1}, {}, "with.latency_ms"),
        ("latency", {"latency_ms": "200"}, {}, "with.latency_ms"),
        ("latency", {"latency_ms": True}, {}, "with.latency_ms"),
        ("latency", {"latency_ms": None}, {}, "with.latency_ms"),
        ("latency", {"latency_ms": math.nan}, {}, "with.latency_ms"),
        ("latency", {"latency_ms": math.inf}, {}, "with.latency_ms"),
        ("latency", {"latency_ms": 1e9}, {}, "with.latency_ms"),
        ("latency", {"latency_ms": 1, "jitter_ms": 2}, {}, "with.jitter_ms"),
        ("latency", {"latency_ms": 1, "delay": 2}, {}, "with.delay"),
        ("latency", {"latency_ms": 1}, {"op": "order.plaice"}, "on.op"),
        ("latency", {"latency_ms": 1}, {"op": "feed.event"}, "on.op"),
        ("latency", {"latency_ms": 1}, {"op": ["order.place"]}, "on.op"),
        ("latency", {"latency_ms": 1}, {"colour": "red"}, "on.colour"),
        ("pause", {"for_ms": 1}, {}, "with.for_ms"),
        ("pause", {}, {"op": "order.place"}, "on.op"),
    ],
)
def test_a_broken_rule_is_named_with_its_field_and_value(
    kind: str, parameters: dict[str, object], on: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidFault) as caught:
        parse_fault(kind, parameters, on)
    assert caught.value.field == field
    assert repr(caught.value.value) in str(caught.value)
    assert caught.value.rule in str(caught.value)


def test_an_unknown_kind_is_told_which_kinds_there_are() -> None:
    with pytest.raises(InvalidFault, match=r"there are .*latency, .*pause"):
        parse_fault("earthquake", {}, {})


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_every_parameter_of_every_kind_says_what_it_is(kind: type) -> None:
    assert all(parameter.about for parameter in parameters_of(kind))
    assert kind.__doc__
