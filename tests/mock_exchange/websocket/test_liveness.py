"""When to ping, and when a connection has been silent or open for too long. Times are of an imagined clock, in ms."""

from hypothesis import given
from hypothesis import strategies as st

from mock_exchange.websocket.limits import WebSocketLimits
from mock_exchange.websocket.liveness import Liveness
from mock_exchange.websocket.pace import Pace

MS = 1_000_000
LIMITS = WebSocketLimits.model_validate({"ping_interval": "20ms", "pong_deadline": "60ms", "lifetime": "900ms"})


def pinged(*times_ms: int) -> Liveness:
    """Opened at 0, with a ping at each of the times, which holds it as a text."""
    liveness = Liveness(LIMITS, 0)
    for time_ms in times_ms:
        assert liveness.due_ping(time_ms * MS, b"%d" % time_ms)
    return liveness


def test_pings_come_at_their_interval() -> None:
    liveness = Liveness(LIMITS, 0)
    assert [ms for ms in range(100) if liveness.due_ping(ms * MS, b"%d" % ms)] == [20, 40, 60, 80]


def test_silence_counts_from_the_oldest_ping_that_has_no_answer() -> None:
    liveness = pinged(20, 40, 60)
    assert not liveness.is_silent(80 * MS)
    assert liveness.is_silent(81 * MS)
    liveness.answered(b"20")
    assert not liveness.is_silent(100 * MS)
    assert liveness.is_silent(101 * MS)


def test_an_answer_to_a_later_ping_answers_those_before_it_too() -> None:
    liveness = pinged(20, 40, 60)
    liveness.answered(b"40")
    assert not liveness.is_silent(120 * MS)
    assert liveness.is_silent(121 * MS)
    liveness.answered(b"60")
    assert not liveness.is_silent(500 * MS)


def test_an_empty_pong_answers_everything_and_a_strange_one_nothing() -> None:
    liveness = pinged(20, 40)
    liveness.answered(b"what?")
    assert liveness.is_silent(81 * MS)
    liveness.answered(b"")
    assert not liveness.is_silent(500 * MS)


def test_the_end_is_announced_once_and_comes_when_it_was_announced_for() -> None:
    limits = WebSocketLimits.model_validate({"lifetime": "24h", "shutdown_notice": "10m"})
    liveness, minute = Liveness(limits, 0), 60_000 * MS
    assert not liveness.due_notice(23 * 60 * minute)
    assert liveness.due_notice((23 * 60 + 50) * minute)
    assert not liveness.due_notice((23 * 60 + 51) * minute)
    assert not liveness.is_over(24 * 60 * minute - 1)
    assert liveness.is_over(24 * 60 * minute)


@given(st.lists(st.integers(0, 3_000), max_size=60), st.integers(1, 8))
def test_a_frame_is_one_too_many_when_there_were_enough_in_the_second_before_it(gaps: list[int], most: int) -> None:
    pace, times = Pace(most), [sum(gaps[: count + 1]) for count in range(len(gaps))]
    for index, now in enumerate(times):
        within = [time for time in times[:index] if now - time < 1000]
        assert pace.is_exceeded(now * MS) == (len(within) >= most)
