"""What is held back stays in its order and within bounds."""

from collections.abc import Callable
from dataclasses import dataclass, field

from mock_exchange.faults.fault import Fault
from mock_exchange.faults.held import Backlog, Delayed


@dataclass(slots=True)
class Alarm:
    due_ns: int
    ring: Callable[[], None]
    is_set: bool = True

    def cancel(self) -> None:
        self.is_set = False


@dataclass
class Clock:
    """Rings alarms as a test tells it, and those that are due together in the worst order."""

    now_ns: int = 0
    alarms: list[Alarm] = field(default_factory=list)

    def monotonic_ns(self) -> int:
        return self.now_ns

    def call_later(self, seconds: float, ring: Callable[[], None]) -> Alarm:
        self.alarms.append(Alarm(self.now_ns + round(seconds * 1e9), ring))
        return self.alarms[-1]

    def pass_time(self, to_ns: int) -> None:
        self.now_ns = to_ns
        due = [alarm for alarm in self.alarms if alarm.is_set and alarm.due_ns <= to_ns]
        for alarm in reversed(due):
            alarm.cancel()
            alarm.ring()


def a_fault() -> Fault:
    return Fault("f", "k", {}, {}, seed=1, lease_ns=1, ends_ns=1)


def test_of_too_much_the_oldest_is_lost_and_counted() -> None:
    fault = a_fault()
    backlog: Backlog[int] = Backlog(fault, held_max=3)
    for message in range(5):
        backlog.hold(message)
    assert (backlog.release(), fault.lost, backlog.release()) == ([2, 3, 4], 2, [])


def test_what_is_delayed_never_overtakes() -> None:
    clock, told = Clock(), list[int]()
    delayed = Delayed(a_fault(), clock, told.append)
    for message, delay_ns in enumerate((500, 100, 0, 900)):
        delayed.hold(message, delay_ns)
    clock.pass_time(499)
    assert told == []
    clock.pass_time(500)
    assert told == [0, 1, 2]
    clock.pass_time(900)
    assert told == [0, 1, 2, 3]
    assert not delayed


def test_of_too_many_delayed_the_oldest_is_lost_and_the_others_keep_their_times() -> None:
    clock, told, fault = Clock(), list[int](), a_fault()
    delayed = Delayed(fault, clock, told.append, held_max=2)
    for message in range(3):
        delayed.hold(message, 100 * (message + 1))
    clock.pass_time(100)
    assert (told, fault.lost) == ([], 1)
    clock.pass_time(300)
    assert told == [1, 2]


def test_what_is_released_is_not_told_as_well() -> None:
    clock, told = Clock(), list[int]()
    delayed = Delayed(a_fault(), clock, told.append)
    delayed.hold(1, 100)
    assert delayed.release() == [1]
    clock.pass_time(1_000)
    assert (told, bool(delayed)) == ([], False)
