"""Several workers of one run are heard as one: counts add up, quantiles are never better than the worst of them."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scenarios.agreement import Agreed, Agreement
from scenarios.plan import PlannedPhase
from scenarios.traffic.merging import LastWord, Progress, Rounds, last_word_of_all, progress_of_all
from scenarios.traffic.windows import Step, Sweep, together
from tests.scenarios.generating import closed_phase, open_phase

MS = 1_000_000


def report(at_ms: int, ok: int, in_flight: int = 0, p99: float | None = None) -> Progress:
    return Progress(
        at_ns=at_ms * MS,
        phase="early" if at_ms < 1000 else "late",
        users=4,
        in_flight=in_flight,
        scheduled=ok + in_flight,
        outcomes={"ok": ok, "failed": 0},
        response_ms_p50=p99,
        response_ms_p99=p99,
        lag_ms_p99=p99,
    )


def test_counts_are_summed_and_of_quantiles_the_worst_is_told() -> None:
    merged = progress_of_all(
        [report(900, 10, in_flight=2, p99=5.0), report(1100, 7, in_flight=1), report(800, 1, p99=9.5)]
    )
    assert (merged.at_ns, merged.phase, merged.users) == (1100 * MS, "late", 4)
    assert (merged.scheduled, merged.in_flight) == (21, 3)
    assert merged.outcomes == {"ok": 18, "failed": 0}
    assert merged.response_ms_p99 == merged.lag_ms_p99 == 9.5
    assert progress_of_all([report(1, 0), report(2, 0)]).lag_ms_p99 is None


def test_one_worker_is_passed_on_as_it_is() -> None:
    rounds = Rounds(1)
    assert [rounds.take(0, each) for each in (report(1, 1), report(2, 2))] == [report(1, 1), report(2, 2)]


def test_a_report_of_all_comes_once_all_have_reported() -> None:
    rounds = Rounds(2)
    assert rounds.take(0, report(500, 5)) is None
    merged = rounds.take(1, report(510, 6))
    assert merged is not None
    assert merged.scheduled == 11
    assert rounds.take(1, report(1010, 12)) is None


def test_a_worker_that_is_silent_hides_no_words_of_another() -> None:
    rounds = Rounds(2)
    rounds.take(0, report(500, 5))
    rounds.take(1, report(510, 6))
    heard = [rounds.take(1, report(510 + number * 500, 6 + number)) for number in (1, 2, 3, 4)]
    assert [each.scheduled if each else None for each in heard] == [None, 5 + 8, None, 5 + 10]
    latest = rounds.latest(0)
    assert latest is not None
    assert latest.scheduled == 5
    assert rounds.latest(2) is None


def step(answers: int, first_ms: int, last_ms: int, users: int = 4) -> Step:
    return Step("sweep", users, 0, 1000 * MS, answers, first_ms * MS, last_ms * MS)


def test_a_step_of_several_workers_lasts_from_the_first_answer_to_the_last_of_all() -> None:
    (merged,) = together([[step(51, 100, 600)], [step(50, 50, 550)], [step(0, 0, 0)]])
    assert (merged.answers, merged.first_ns, merged.last_ns) == (101, 50 * MS, 600 * MS)
    # 100 gaps in 550 ms
    assert round(merged.throughput_per_s, 6) == round(100 / 0.55, 6)


@given(
    answers=st.lists(st.tuples(st.integers(0, 1999), st.integers(0, 4)), max_size=60),
    workers=st.integers(1, 5),
)
def test_what_workers_count_together_is_what_one_would_have_counted(
    answers: list[tuple[int, int]], workers: int
) -> None:
    empty = [Step("sweep", 1, 0, 1000), Step("sweep", 2, 1000, 2000)]
    one = Sweep([replace(each) for each in empty])
    several = [Sweep([replace(each) for each in empty]) for _ in range(workers)]
    for at_ns, worker in sorted(answers):
        one.answered(at_ns)
        several[worker % workers].answered(at_ns)
    assert together([sweep.steps for sweep in several]) == list(one.steps)


def test_last_words_add_up_to_one() -> None:
    words = [
        LastWord(scheduled=5, outcomes={"ok": 4, "failed": 1}, steps=[step(101, 0, 1000)]),
        LastWord(scheduled=3, outcomes={"ok": 3, "failed": 0}, steps=[step(100, 0, 999)]),
    ]
    merged = last_word_of_all(words)
    assert (merged.scheduled, merged.outcomes, merged.capacity_per_s) == (8, {"ok": 7, "failed": 1}, 200.0)
    assert last_word_of_all(words[:1]) == words[0]
    assert LastWord(scheduled=0, outcomes={}, steps=[step(0, 0, 0)]).capacity_per_s is None
    assert LastWord(scheduled=0, outcomes={}, steps=[]).capacity_per_s is None


def test_a_rate_is_agreed_on_once_the_last_worker_has_counted() -> None:
    phases: list[PlannedPhase] = [
        closed_phase(0, 1000, users=4),
        open_phase(1000, 2000, "50% of capacity", "steady"),
        open_phase(2000, 3000, "200% of capacity", "surge"),
    ]
    agreement = Agreement(phases, workers=2)
    assert agreement.counted("steady", 1, [step(101, 0, 1000)]) is None
    assert agreement.counted("steady", 1, [step(101, 0, 1000)]) is None, "one worker that says it twice is one"
    assert agreement.counted("steady", 0, [step(100, 0, 999)]) == Agreed("steady", 100.0)
    for worker in (0, 1):
        agreed = agreement.counted("surge", worker, [step(101 - worker, 0, 1000 - worker)])
    assert agreed == Agreed("surge", 400.0)
    assert agreement.rates == {"steady": 100.0, "surge": 400.0}
