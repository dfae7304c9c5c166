"""A worker's clock that is known too badly makes the verdict inconclusive, whatever was met."""

import pytest

from slo.history import JoinedWorker, Stored
from slo.verdict import ReasonKind, Status, Verdict, judge
from tests.slo.building import MS, a_record, an_objective, arrivals, derived


def verdict_with(uncertainty_ns: int, drift_ns: int | None) -> Verdict:
    samples = arrivals(400)
    worker = JoinedWorker(worker=1, host="far", uncertainty_ns=uncertainty_ns, drift_ns=drift_ns)
    record = a_record(samples).model_copy(update={"joined": [worker]})
    return judge(Stored(record, derived(samples)), [an_objective()])


@pytest.mark.parametrize(("uncertainty_ms", "drift_ms"), [(50, 0), (0, 50), (0, -50), (25, -25)])
def test_five_hundredths_of_the_deadline_are_borne(uncertainty_ms: int, drift_ms: int) -> None:
    verdict = verdict_with(uncertainty_ms * MS, drift_ms * MS)
    assert (verdict.status, verdict.reasons) == (Status.MET, [])


@pytest.mark.parametrize(("uncertainty_ms", "drift_ms"), [(51, 0), (0, 51), (0, -51), (30, -21)])
def test_more_is_not_and_the_reason_has_the_figures(uncertainty_ms: int, drift_ms: int) -> None:
    verdict = verdict_with(uncertainty_ms * MS, drift_ms * MS)
    (reason,) = verdict.reasons
    assert (verdict.status, reason.kind, reason.subject) == (
        Status.INCONCLUSIVE,
        ReasonKind.CLOCK_UNCERTAIN,
        "worker 1",
    )
    assert f"worker 1 at far may be off by {uncertainty_ms + abs(drift_ms)}.0 ms" in reason.message


def test_a_clock_that_was_not_asked_again_is_not_known() -> None:
    (reason,) = verdict_with(0, None).reasons
    assert reason.kind is ReasonKind.CLOCK_UNCERTAIN
    assert "only before the run" in reason.message
