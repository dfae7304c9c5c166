"""The books: every arrival that was due ends in exactly one outcome."""

from itertools import chain

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from scenarios.errors import CompletedTwice
from scenarios.generator.storage import frame_of, seconds_to_next_spill
from scenarios.traffic.accounting import Accounting, Columns, Ending, Flight
from scenarios.traffic.progress import ProgressWindow, quantile_ms
from scenarios.traffic.windows import Step, Sweep
from slo.history import SAMPLE_SCHEMA, Operation, Outcome

ROWS_PER_CHUNK = 5


class Books(RuleBasedStateMachine):
    """Arrivals begin and end in any order; whatever happens, the books balance and nothing is lost between chunks."""

    def __init__(self) -> None:
        super().__init__()
        self.chunks: list[Columns] = []
        self.accounting = Accounting(self.chunks.append, worker=1, workers=3, rows_per_chunk=ROWS_PER_CHUNK)
        self.flights: list[Flight] = []
        self.ended: list[Flight] = []

    @rule(operation=st.sampled_from(Operation), scheduled_ns=st.integers(0, 10**12))
    def begins(self, operation: Operation, scheduled_ns: int) -> None:
        self.flights.append(self.accounting.begin(operation, "BTCUSDT", scheduled_ns))

    @precondition(lambda self: self.flights)
    @rule(data=st.data(), outcome=st.sampled_from(Outcome))
    def ends(self, data: st.DataObject, outcome: Outcome) -> None:
        flight = self.flights.pop(data.draw(st.integers(0, len(self.flights) - 1)))
        self.accounting.complete(flight, Ending(outcome, 7))
        self.ended.append(flight)

    @precondition(lambda self: self.ended)
    @rule(data=st.data())
    def ends_again(self, data: st.DataObject) -> None:
        flight = self.ended[data.draw(st.integers(0, len(self.ended) - 1))]
        with pytest.raises(CompletedTwice, match=f"arrival {flight.arrival} has an outcome already"):
            self.accounting.complete(flight, Ending(Outcome.OK))

    @rule()
    def is_flushed(self) -> None:
        self.accounting.flush()

    @invariant()
    def the_books_balance(self) -> None:
        assert self.accounting.balanced()
        assert self.accounting.scheduled == len(self.flights) + len(self.ended)
        assert self.accounting.in_flight == len(self.flights)

    @invariant()
    def chunks_are_bounded(self) -> None:
        assert all(0 < len(chunk) <= ROWS_PER_CHUNK for chunk in self.chunks)

    def teardown(self) -> None:
        self.accounting.flush()
        stored = list(chain.from_iterable(chunk.arrival for chunk in self.chunks))
        assert sorted(stored) == sorted(flight.arrival for flight in self.ended)
        assert all(arrival % 3 == 1 for arrival in stored), "numbers of one worker are its own"


TestBooks = Books.TestCase


def test_what_did_not_come_is_null_in_the_samples() -> None:
    chunks: list[Columns] = []
    accounting = Accounting(chunks.append)
    dropped = accounting.begin(Operation.ORDER_PLACE, "BTCUSDT", 10)
    answered = accounting.begin(Operation.BOOK_READ, "ETHUSDT", 20)
    answered.sent_ns = 25
    accounting.complete(dropped, Ending(Outcome.DROPPED))
    accounting.complete(answered, Ending(Outcome.SHED, 30, 503, -1008, "pause-1"))
    accounting.flush()
    frame = frame_of(chunks[0], worker=4, venue="mock").select(
        pl.col(name).cast(dtype) for name, dtype in SAMPLE_SCHEMA.items()
    )
    assert frame.rows() == [
        (0, 4, "mock", "order.place", "BTCUSDT", 10, None, None, "dropped", None, None, None),
        (1, 4, "mock", "book.read", "ETHUSDT", 20, 25, 30, "shed", 503, -1008, "pause-1"),
    ]


@pytest.mark.parametrize(
    "unstorable",
    [
        Ending(Outcome.FAILED, 30, 400, 99_999_999_999),
        Ending(Outcome.FAILED, 30, 70_000),
        Ending(Outcome.FAILED, 2**63),
    ],
)
def test_what_no_column_can_hold_is_refused_before_any_column_grows(unstorable: Ending) -> None:
    chunks: list[Columns] = []
    accounting = Accounting(chunks.append)
    flight = accounting.begin(Operation.ORDER_PLACE, "BTCUSDT", 10)
    with pytest.raises(ValueError, match="arrival 0 cannot be stored"):
        accounting.complete(flight, unstorable)
    assert accounting.balanced()
    assert accounting.unfinished() == [flight], "it still wants its outcome"
    accounting.complete(flight, Ending(Outcome.FAILED, 30, 400, 2**31 - 1))
    accounting.flush()
    assert frame_of(chunks[0], worker=0, venue="mock")["code"].to_list() == [2**31 - 1]


def test_another_flight_of_the_same_number_ends_nobody() -> None:
    accounting = Accounting(lambda _: None)
    flight = accounting.begin(Operation.ORDER_PLACE, "BTCUSDT", 10)
    with pytest.raises(CompletedTwice):
        accounting.complete(Flight(flight.arrival, Operation.ORDER_PLACE, "BTCUSDT", 10), Ending(Outcome.OK, 20))
    assert accounting.unfinished() == [flight]


def test_files_by_time_stay_few_however_long_the_run_is() -> None:
    assert seconds_to_next_spill(-1.0) == seconds_to_next_spill(199.0) == 2.0
    elapsed_s, spills = 0.0, 0
    while elapsed_s < 24 * 3600:
        elapsed_s += seconds_to_next_spill(elapsed_s)
        spills += 1
    # 200 s / 2 s, then ln(86400 / 200) / ln(1.01) = 609.9.
    assert spills == 100 + 610


@given(numbers=st.lists(st.integers(0, 10**9), min_size=1, max_size=300), share=st.sampled_from([0.5, 0.9, 0.99]))
def test_a_quantile_is_the_smallest_value_that_enough_do_not_exceed(numbers: list[int], share: float) -> None:
    found = quantile_ms(sorted(numbers), share)
    assert found is not None
    value_ns = round(found * 1_000_000)
    assert sum(number <= value_ns for number in numbers) >= share * len(numbers)
    assert sum(number < value_ns for number in numbers) < share * len(numbers)


def test_reading_progress_begins_the_next_interval() -> None:
    window = ProgressWindow()
    flight = Flight(0, Operation.BOOK_READ, "A", scheduled_ns=1_000_000, sent_ns=2_000_000)
    window.add(flight, 5_000_000)
    assert window.read() == {"response_ms_p50": 4.0, "response_ms_p99": 4.0, "lag_ms_p99": 1.0}
    assert window.read() == {"response_ms_p50": None, "response_ms_p99": None, "lag_ms_p99": None}


def test_capacity_is_the_peak_of_the_last_sweep_that_has_ended() -> None:
    second = 1_000_000_000
    sweep = Sweep([Step("sweep", 1, 0, second), Step("sweep", 2, second, 2 * second)])
    for done_ns in [*range(0, second, second // 10), *range(second, 2 * second, second // 50)]:
        sweep.answered(done_ns)
    sweep.answered(2 * second)  # after the sweep: counts for no step
    assert [step.answers for step in sweep.steps] == [10, 50]
    assert sweep.capacity_per_s(before_ns=second) == pytest.approx(10)
    assert sweep.capacity_per_s(before_ns=2 * second) == pytest.approx(50)
    assert Sweep([]).capacity_per_s(before_ns=second) == 0.0


def test_a_user_takes_part_in_the_steps_that_have_more_users_than_its_number() -> None:
    sweep = Sweep([Step("sweep", 1, 0, 1), Step("sweep", 4, 1, 2)])
    assert [step.users for step in sweep.of_user(0)] == [1, 4]
    assert [step.users for step in sweep.of_user(3)] == [4]
    assert list(sweep.of_user(4)) == []
