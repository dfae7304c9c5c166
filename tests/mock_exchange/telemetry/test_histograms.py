"""Durations are counted where they belong, and none is lost."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from mock_exchange.http.turn import Turn
from mock_exchange.stages import STAGES, StageLog, Ticket
from mock_exchange.telemetry.histograms import BOUNDS_NS, DurationLog, Histogram
from mock_exchange.telemetry.loop_lag import PROBE_NS, LoopLag

NS = st.integers(min_value=0, max_value=10**11)


class Connection:
    """Nobody's."""

    heads = None

    def flush(self) -> None:
        """Nothing to write."""


def ticket(operation: str, status: int, moments_ns: list[int]) -> Ticket:
    accepted, parsed, queued, taken, matched = moments_ns
    turn = Turn(Connection(), False)  # type: ignore[arg-type]  # never answered
    served = Ticket(operation, turn, lambda: b"", accepted, parsed, queued, 2**63 - 1, taken, matched)
    served.status = status
    return served


def test_the_bounds_go_from_ten_microseconds_to_ten_seconds_in_steps_of_one_two_and_five() -> None:
    assert BOUNDS_NS[:4] == (10_000, 20_000, 50_000, 100_000)
    assert BOUNDS_NS[-4:] == (1_000_000_000, 2_000_000_000, 5_000_000_000, 10_000_000_000)
    assert list(BOUNDS_NS) == sorted(BOUNDS_NS)


@given(st.lists(NS))
def test_a_duration_is_counted_at_the_first_bound_that_it_does_not_exceed(durations_ns: list[int]) -> None:
    histogram = Histogram()
    for duration_ns in durations_ns:
        histogram.add(duration_ns)
    for place, bound in enumerate(BOUNDS_NS):
        assert sum(histogram.counts[: place + 1]) == sum(each <= bound for each in durations_ns)
    assert sum(histogram.counts) == len(durations_ns)
    assert histogram.sum_ns == sum(durations_ns)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["order.place", "book.read"]),
            st.sampled_from([200, 400]),
            st.lists(NS, min_size=5, max_size=5),
        ),
        min_size=1,
    ),
    NS,
    NS,
)
def test_the_stages_of_a_batch_add_up_to_its_requests(
    requests: list[tuple[str, int, list[int]]], sync_ns: int, write_ns: int
) -> None:
    tickets = [ticket(operation, status, sorted(moments_ns)) for operation, status, moments_ns in requests]
    synced_ns = max(each.matched_ns for each in tickets) + sync_ns
    written_ns = synced_ns + write_ns
    log = DurationLog()
    log.record(tickets, synced_ns, written_ns)
    log.fold()
    whole_ns = sum(written_ns - each.accepted_ns for each in tickets)
    assert sum(histogram.sum_ns for histogram in log.requests.values()) == whole_ns
    assert sum(stage.sum_ns for stage in log.stages) == whole_ns
    assert {sum(stage.counts) for stage in log.stages} == {len(tickets)}
    assert set(log.requests) == {(operation, status, Turn) for operation, status, _ in requests}
    assert len(STAGES) == len(log.stages)


def test_what_was_noted_is_counted_once_and_in_time_without_being_asked_for() -> None:
    tickets = [ticket("order.place", 200, [1, 2, 3, 4, 5])] * 100
    log = DurationLog()
    for _ in range(100):
        log.record(tickets, 6, 7)
    counted = sum(log.stages[0].counts)
    assert 10_000 - 2048 < counted <= 10_000
    for _ in range(2):
        log.fold()
        assert sum(log.stages[0].counts) == sum(log.requests["order.place", 200, Turn].counts) == 10_000


def test_records_are_kept_only_where_somebody_may_ask_for_them() -> None:
    tickets = [ticket("order.place", 200, [1, 2, 3, 4, 5])]
    silent, asked = StageLog(0), StageLog(1)
    for log in (silent, asked):
        log.record(tickets, 6, 7)
        log.record(tickets, 6, 8)
    assert (silent.count, len(silent.recent)) == (2, 0)
    assert [record.written_ns for record in asked.recent] == [8]


def test_a_loop_that_stood_still_is_seen_to_have_been_late() -> None:
    now_ns = 1_000

    async def stand_still() -> LoopLag:
        nonlocal now_ns
        lag = LoopLag(asyncio.get_running_loop(), lambda: now_ns)  # a clock in the past: its timers fire at once
        now_ns += PROBE_NS + 7_000_000
        while not sum(lag.histogram.counts):  # noqa: ASYNC110 - a timer of the system, no event of ours
            await asyncio.sleep(0)
        lag.close()
        return lag

    lag = asyncio.run(stand_still())
    assert lag.last_ns == 7_000_000
    assert lag.histogram.counts[BOUNDS_NS.index(10_000_000)] >= 1
