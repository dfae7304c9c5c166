"""The timeline: every phase and fault has its place before anything starts."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from scenarios.model import load_scenario
from scenarios.plan import ApiKey, GeneratorPlan, PlannedClosed, PlannedOpen, generator_plan, part_of, plan
from slo.history import RunFolder

S = 1_000_000_000


def test_phases_follow_each_other_without_gap_and_a_sweep_is_one_for_each_step() -> None:
    timeline = plan(load_scenario("overload"))
    steps = [phase for phase in timeline.phases if isinstance(phase, PlannedClosed)]
    assert [step.users for step in steps] == [1, 2, 4, 8, 16, 32, 64]
    assert all(
        before.end_ns == after.start_ns for before, after in zip(timeline.phases, timeline.phases[1:], strict=False)
    )
    assert timeline.phases[0].start_ns == 0
    # 5 s warm-up, 7 steps of 4 s, 20 s, 10 s, 10 s
    assert timeline.end_ns == timeline.phases[-1].end_ns == 73 * S


def test_faults_are_counted_from_the_phase_they_name() -> None:
    pause, latency = plan(load_scenario("overload")).faults
    # steady begins after 5 s + 28 s
    assert (pause.id, pause.at_ns, pause.for_ns) == ("pause-1", 38 * S, 2 * S)
    assert (latency.id, latency.at_ns, latency.for_ns) == ("latency-2", 45 * S, 3 * S)


def test_records_say_what_was_planned() -> None:
    timeline = plan(load_scenario("overload"))
    record = timeline.fault_records()[1]
    assert (record.kind, record.seam, record.on) == ("latency", "wire", {"op": "order.place"})
    surge = timeline.phases[-2]
    assert isinstance(surge, PlannedOpen)
    assert surge.record(700.0).model_dump(include={"name", "rate", "rate_per_s"}) == {
        "name": "surge",
        "rate": "140% of capacity",
        "rate_per_s": 700.0,
    }


def told(**changes: object) -> GeneratorPlan:
    whole = generator_plan(
        plan(load_scenario("smoke")),
        base_url="http://127.0.0.1:1",
        venue="mock",
        keys=[ApiKey(key="k", secret="s")],
        folder=RunFolder(Path("run")),
        run_token="t",
    )
    return GeneratorPlan.model_validate_json(whole.model_copy(update=changes).model_dump_json())


def test_the_generator_reads_back_what_it_was_told() -> None:
    assert told().phases == list(plan(load_scenario("smoke")).phases)


@given(whole=st.integers(0, 10_000), workers=st.integers(1, 64))
def test_a_bound_is_shared_out_evenly_and_without_a_rest(whole: int, workers: int) -> None:
    parts = [part_of(whole, worker, workers) for worker in range(workers)]
    assert sum(parts) == whole
    assert max(parts) - min(parts) <= 1


def test_a_worker_that_is_none_of_the_run_is_refused() -> None:
    with pytest.raises(ValidationError, match="worker 3 is not one of 1"):
        told(worker=3)
