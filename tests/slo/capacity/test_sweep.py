"""Throughput by users, and the capacity that a sweep reached."""

import random
from math import sqrt

import pytest

from slo.capacity import MeasuredCapacity, SweepStep
from slo.capacity.little import little_checks
from slo.capacity.sweep import measure_capacity, sweep_steps, upper_prediction
from slo.capacity.usl import fit_usl
from tests.slo.building import MS, S, arrivals, closed_phase, derived, open_phase, together


def step(users: int, throughput_per_s: float, seconds: float = 10) -> SweepStep:
    answers = round(throughput_per_s * seconds) + 1
    return SweepStep("sweep", users, 0, round(seconds * S), answers, seconds, throughput_per_s, 1, 1, 1, 1)


def test_throughput_is_that_between_the_first_and_the_last_answer() -> None:
    # Answers at 1, 11, 21, ... 991 ms: 99 intervals of 10 ms, however long the step is.
    phase = closed_phase(4, 0, 2 * S)
    (found,) = sweep_steps([phase], derived(arrivals(100, every_ns=10 * MS), [phase]))
    assert (found.users, found.answers, found.busy_s) == (4, 100, 0.99)
    assert found.throughput_per_s == pytest.approx(100)
    assert (found.service_ms_p50, found.response_ms_p99) == (1, 1)


def test_answers_count_where_they_were_done_and_only_if_they_were_answers() -> None:
    phase = closed_phase(1, 100 * MS, 200 * MS)
    samples = together(
        arrivals(1, start_ns=99 * MS, service_ms=2),  # due before, done within
        arrivals(3, start_ns=110 * MS, every_ns=10 * MS),
        arrivals(1, start_ns=199 * MS, service_ms=1),  # done as the step ends
        arrivals(5, start_ns=150 * MS, outcome="shed"),
    )
    (found,) = sweep_steps([phase], derived(samples, [phase]))
    assert found.answers == 4


def test_steps_are_in_order_of_users_and_open_phases_are_none() -> None:
    phases = [closed_phase(8, 0, S), closed_phase(2, S, 2 * S), open_phase("steady", 2 * S, 3 * S)]
    found = sweep_steps(phases, derived(arrivals(300, every_ns=10 * MS), phases))
    assert [one.users for one in found] == [2, 8]


def test_a_step_without_answers_has_no_throughput() -> None:
    assert sweep_steps([closed_phase(1, 0, S)], derived(arrivals(3, outcome="failed"))) == ()
    assert measure_capacity([]) is None


def test_capacity_pools_the_steps_that_cannot_be_told_from_the_peak() -> None:
    # At 1,000/s over 10 s each count deviates by 1 %, so a difference of 1.645 x 1.4 % is still chance.
    capacity = measure_capacity([step(1, 700), step(2, 960), step(4, 990), step(8, 1000), step(16, 985)])
    assert capacity is not None
    assert (capacity.peak_users, capacity.peak_per_s) == (8, 1000)
    assert capacity.pooled_users == (4, 8, 16)
    assert capacity.pooled_per_s == pytest.approx((990 + 1000 + 985) / 3)
    assert capacity.saturated


def test_a_sweep_that_still_rises_has_found_no_capacity() -> None:
    capacity = measure_capacity([step(1, 100), step(2, 200), step(4, 400)])
    assert capacity is not None
    assert not capacity.saturated


def test_a_sweep_that_falls_has_found_it() -> None:
    capacity = measure_capacity([step(1, 100), step(2, 200), step(4, 150)])
    assert capacity is not None
    assert capacity.pooled_users == (2,)
    assert capacity.saturated


@pytest.mark.parametrize(("last_per_s", "falls"), [(960, False), (950, True)])
def test_throughput_falls_only_where_three_deviations_show_it(last_per_s: float, falls: bool) -> None:
    # At 1,000/s over 10 s three deviations of the difference are about 42/s.
    capacity = measure_capacity([step(1, 700), step(2, 1000), step(4, last_per_s)])
    assert capacity is not None
    assert capacity.falls is falls


def test_the_upper_prediction_limit_is_that_of_a_poisson_count() -> None:
    # 10,000 in 10 s predict 5,000 in 5 s, with variance 5,000 (1 + 5/10).
    measured = MeasuredCapacity(1000, 8, (8,), 10_000, 10.0, True)
    assert upper_prediction(measured, 5) == pytest.approx(5_000 + 3.0902 * sqrt(7_500))


def test_the_upper_prediction_limit_is_hardly_ever_passed() -> None:
    rng = random.Random(5)  # noqa: S311 - a load, not a secret

    def count(seconds: float) -> int:
        at, answers = rng.expovariate(200), 0
        while at < seconds:
            at, answers = at + rng.expovariate(200), answers + 1
        return answers

    passed = sum(
        count(1) > upper_prediction(MeasuredCapacity(200, 8, (8,), count(2), 2.0, True), 1) for _ in range(2_000)
    )
    assert passed <= 8  # 2 are expected at 0.1 %


def test_usl_finds_the_published_coefficients_of_specsdm91() -> None:
    # SPEC SDM91 as fitted by the R package usl: peak at 96.5 users, limit of scalability 3,245.
    rate, contention, coherency = 89.995, 0.0277285, 0.0001044
    users = [1, 18, 36, 72, 108, 144, 216]
    fit = fit_usl(users, [rate * n / (1 + contention * (n - 1) + coherency * n * (n - 1)) for n in users])
    assert fit is not None
    assert fit.contention == pytest.approx(contention, rel=1e-6)
    assert fit.coherency == pytest.approx(coherency, rel=1e-6)
    assert fit.peak_users == pytest.approx(96.5, abs=0.05)
    assert fit.ceiling_per_s == pytest.approx(3245, abs=1)
    assert fit.peak_reached
    assert fit.deviation == pytest.approx(0, abs=1e-6)
    assert fit.throughput_per_s(1) == pytest.approx(rate)


def test_usl_does_not_claim_a_peak_beyond_the_users_that_were_measured() -> None:
    users = [1, 2, 4, 8, 16]
    fit = fit_usl(users, [100 * n / (1 + 0.02 * (n - 1) + 0.0005 * n * (n - 1)) for n in users])
    assert fit is not None
    assert fit.peak_users == pytest.approx(44.3, abs=0.1)  # sqrt(0.98 / 0.0005)
    assert not fit.peak_reached


def test_usl_of_a_single_server_has_a_ceiling_and_no_peak() -> None:
    users = [1, 2, 4, 8, 16, 32]
    fit = fit_usl(users, [500.0 * n / (1 + 0.5 * (n - 1)) for n in users])
    assert fit is not None
    assert fit.peak_users is None
    assert fit.peak_per_s is None
    assert fit.ceiling_per_s == pytest.approx(1000, rel=1e-3)


def test_usl_of_perfect_scaling_has_neither() -> None:
    fit = fit_usl([1, 2, 4, 8, 16], [100, 200, 400, 800, 1600])
    assert fit is not None
    assert (fit.peak_users, fit.ceiling_per_s) == (None, None)


def test_usl_needs_five_numbers_of_users() -> None:
    assert fit_usl([1, 2, 4, 8, 8], [10, 20, 30, 35, 35]) is None
    assert fit_usl([1, 2, 4, 8, 16], [10, 20, 30, 35, 36]) is not None
    assert fit_usl([], []) is None


def test_littles_law_holds_for_samples_that_are_right() -> None:
    # Two users, each served for 10 ms without a break for a second: 2 in flight, 200 a second, 0.01 s each.
    phase = closed_phase(2, 0, S)
    one_user = arrivals(100, every_ns=10 * MS, service_ms=10)
    (check,) = little_checks([phase], derived(together(one_user, one_user), [phase]))
    assert check.in_flight == pytest.approx(2)
    assert check.throughput_per_s == pytest.approx(198)  # the last two are done as the step ends
    assert check.service_s == pytest.approx(0.01)
    assert check.ratio == pytest.approx(2 / 1.98)


def test_littles_law_exposes_samples_that_are_wrong() -> None:
    phase = closed_phase(2, 0, S)
    lost = arrivals(50, every_ns=20 * MS, service_ms=None)  # sent and, as far as the samples know, never done
    (check,) = little_checks([phase], derived(together(arrivals(50, every_ns=20 * MS, service_ms=10), lost), [phase]))
    assert check.ratio is not None
    assert check.ratio > 10


def test_littles_law_counts_only_what_lies_in_the_step() -> None:
    # One request from 0.5 s before the step to its middle.
    phase = closed_phase(1, S, 2 * S)
    (check,) = little_checks([phase], derived(arrivals(1, start_ns=S // 2, service_ms=1000), [phase]))
    assert check.in_flight == pytest.approx(0.5)


def test_an_empty_step_has_no_ratio() -> None:
    (check,) = little_checks([closed_phase(1, 0, S)], derived(arrivals(0)))
    assert check.ratio is None
