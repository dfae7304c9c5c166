"""The conductor heals in every way out."""

import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaos.conductor import Conductor
from chaos.errors import CannotApply, CannotHeal
from chaos.fault_client import FaultClient
from chaos.ground import Ground, ProcessControl
from chaos.kinds.process.pause import Pause
from chaos.kinds.wire.latency import Latency
from chaos.timeline import PlannedFault
from slo.history import Event, EventKind
from tests.chaos.running_proxy import RunningProxy, request
from tests.chaos.waiting import until

APPLIED, HEALED, FAILED = EventKind.FAULT_APPLIED, EventKind.FAULT_HEALED, EventKind.FAULT_FAILED


class HandClock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at_ns = 0

    def now_ns(self) -> int:
        return self.at_ns


@dataclass
class Weather:
    """A ground that keeps who holds it, and fails those whom it is told to fail."""

    in_force: set[str] = field(default_factory=set)
    refused: str = ""
    kept: str = ""
    stuck: str = ""
    released: threading.Event = field(default_factory=threading.Event)

    def pause(self, holder: str) -> None:
        if holder == self.refused:
            raise CannotApply("no cloud in sight")
        self.in_force.add(holder)

    def resume(self, holder: str) -> None:
        if holder == self.stuck:
            self.released.wait()
        if holder == self.kept:
            raise CannotHeal("the cloud will not go")
        self.in_force.discard(holder)

    def alive(self) -> bool:
        return True


class Stage:
    """A conductor with its clock and what it recorded."""

    def __init__(self, weather: Weather, *planned: PlannedFault, heal_within_s: float = 15.0) -> None:
        self.clock = HandClock()
        self.events: list[Event] = []
        ground = Ground(process=cast("ProcessControl", weather))
        self.conductor = Conductor(planned, ground, self.clock, self.events.append, heal_within_s=heal_within_s)

    def told(self) -> list[tuple[str, EventKind]]:
        return [(event.subject, event.kind) for event in self.events]

    def turn_to(self, at_ns: int, *awaited: tuple[str, EventKind]) -> None:
        self.clock.at_ns = at_ns
        until(lambda: set(awaited) <= set(self.told()), f"{awaited} at {at_ns}")


def test_faults_are_applied_and_healed_at_their_times() -> None:
    weather = Weather()
    stage = Stage(weather, PlannedFault("a", 1_000, 1_000, Pause()), PlannedFault("b", 1_500, 1_000, Pause()))
    with stage.conductor as conductor:
        conductor.start()
        stage.turn_to(999)
        assert not weather.in_force
        stage.turn_to(1_000, ("a", APPLIED))
        stage.turn_to(1_500, ("b", APPLIED))
        assert weather.in_force == {"a", "b"}
        stage.turn_to(2_000, ("a", HEALED))
        assert weather.in_force == {"b"}
        stage.turn_to(2_500, ("b", HEALED))
    assert not weather.in_force
    assert [event.at_ns for event in stage.events] == [1_000, 1_500, 2_000, 2_500]


def test_all_is_healed_when_the_body_raises() -> None:
    weather = Weather()
    stage = Stage(weather, *(PlannedFault(each, 0, 10**12, Pause()) for each in "abc"))
    with suppress(ZeroDivisionError), stage.conductor as conductor:
        conductor.start()
        stage.turn_to(1, ("a", APPLIED), ("b", APPLIED), ("c", APPLIED))
        raise ZeroDivisionError
    assert not weather.in_force
    assert {subject for subject, kind in stage.told() if kind is HEALED} == {"a", "b", "c"}


def test_stopping_heals_and_applies_no_more_and_can_be_repeated() -> None:
    weather = Weather()
    stage = Stage(weather, PlannedFault("a", 0, 10**12, Pause()), PlannedFault("b", 5, 5, Pause()))
    stage.conductor.start()
    stage.turn_to(0, ("a", APPLIED))
    stage.conductor.stop()
    stage.conductor.stop()
    stage.clock.at_ns = 10**12
    assert stage.told() == [("a", APPLIED), ("a", HEALED)]
    assert not weather.in_force


def test_a_conductor_that_never_started_can_be_stopped() -> None:
    Stage(Weather(), PlannedFault("a", 0, 1, Pause())).conductor.stop()


def test_a_fault_that_cannot_be_applied_is_told_and_the_others_go_on() -> None:
    weather = Weather(refused="bad")
    stage = Stage(weather, PlannedFault("good", 0, 10, Pause()), PlannedFault("bad", 5, 10, Pause()))
    with stage.conductor as conductor:
        conductor.start()
        stage.turn_to(0, ("good", APPLIED))
        stage.turn_to(5, ("bad", FAILED))
        assert weather.in_force == {"good"}
        stage.turn_to(10, ("good", HEALED))
    failed = next(event for event in stage.events if event.kind is FAILED)
    assert failed.detail == {"during": "apply", "error": "no cloud in sight"}
    assert ("bad", HEALED) not in stage.told()


def test_a_fault_that_cannot_be_healed_does_not_keep_the_others() -> None:
    weather = Weather(kept="bad")
    stage = Stage(weather, PlannedFault("bad", 0, 10**12, Pause()), PlannedFault("good", 0, 10**12, Pause()))
    with stage.conductor as conductor:
        conductor.start()
        stage.turn_to(0, ("bad", APPLIED), ("good", APPLIED))
    assert ("good", HEALED) in stage.told()
    failed = next(event for event in stage.events if event.kind is FAILED)
    assert (failed.subject, failed.detail["during"]) == ("bad", "heal")


def test_a_healing_that_hangs_is_not_waited_for_for_ever_and_does_not_keep_the_others() -> None:
    weather = Weather(stuck="stuck")
    planned = [PlannedFault(each, 0, 10**12, Pause()) for each in ("stuck", "good")]
    stage = Stage(weather, *planned, heal_within_s=0.2)
    with stage.conductor as conductor:
        conductor.start()
        stage.turn_to(0, ("stuck", APPLIED), ("good", APPLIED))
    assert weather.in_force == {"stuck"}
    assert {("good", HEALED), ("stuck", FAILED)} <= set(stage.told())
    told = len(stage.events)
    weather.released.set()
    until(lambda: not weather.in_force, "it heals in the end")
    assert len(stage.events) == told  # the record may be closed by then


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_record_that_cannot_be_written_keeps_no_fault_in_force() -> None:
    def full_disk(_: Event) -> None:
        raise OSError("no space left on device")

    weather = Weather()
    clock = HandClock()
    ground = Ground(process=cast("ProcessControl", weather))
    with Conductor([PlannedFault("a", 0, 10**12, Pause())], ground, clock, full_disk) as conductor:
        conductor.start()
    assert not weather.in_force


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5)), max_size=5), st.integers(0, 12))
def test_whenever_a_run_ends_nothing_is_left_in_force(spans: list[tuple[int, int]], ends_at_ns: int) -> None:
    weather = Weather()
    stage = Stage(weather, *(PlannedFault(str(n), *span, Pause()) for n, span in enumerate(spans)))
    with stage.conductor as conductor:
        conductor.start()
        stage.clock.at_ns = ends_at_ns
    assert not weather.in_force
    kinds = [kind for _, kind in stage.told()]
    assert kinds.count(APPLIED) == kinds.count(HEALED)


def test_a_fault_of_the_wire_is_conducted_through_the_proxy(proxy: RunningProxy, venue: str) -> None:
    clock, events = HandClock(), list[Event]()
    ground = Ground(proxy=FaultClient(proxy.api), seed=7)
    with Conductor([PlannedFault("slow", 0, 10, Latency(1))], ground, clock, events.append) as conductor:
        conductor.start()
        until(lambda: events, "the fault is applied")
        assert proxy.faults()["slow"]["seed"] == 7
        assert request(venue, "/api/v3/depth").faults == "slow"
    applied, healed = events
    assert (applied.kind, healed.kind) == (APPLIED, HEALED)
    parameters = asdict(Latency(1))
    assert applied.detail == {"kind": "latency", "seam": "wire", "parameters": parameters, "on": {}}
    assert healed.detail == {"hits": 1}


def test_a_proxy_that_is_away_is_a_failed_fault() -> None:
    ground = Ground(proxy=FaultClient("http://127.0.0.1:1"))
    events: list[Event] = []
    with Conductor([PlannedFault("slow", 0, 10, Latency(1))], ground, HandClock(), events.append) as conductor:
        conductor.start()
        until(lambda: events, "the fault has failed")
    assert [event.kind for event in events] == [FAILED]
    assert "127.0.0.1:1 does not answer" in str(events[0].detail["error"])
