"""One fault on the way of a stream of bytes: what its effect holds back, in order, until it is due."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from chaos.draws import Draws
from chaos.kinds.stream import NEVER_NS, Chunk, Portion, Rest, Sever, StreamEffect
from chaos.proxy.faults import ActiveFault
from chaos.proxy.timer import Alarm, Timer


class Act(Enum):
    """What is to be done at the end of the way."""

    SEND = "send"
    END = "end"
    """The sender has closed its direction."""
    CLOSE = "close"
    """Both directions close; what is before it is still sent."""
    RESET = "reset"


class Item(NamedTuple):
    """What is on its way; ``met_by`` are the faults that act on it, with the draws of its message."""

    act: Act
    data: bytes
    met_by: Mapping[ActiveFault, Draws]


class _Nature(Enum):
    """What is done with an item when it is due, and when the fault is lifted before that."""

    SHAPED = "shaped"
    """It is passed on in either case."""
    UNSHAPED = "unshaped"
    """It is given to the effect first; a lifted fault has none any more."""
    OWN = "own"
    """The effect's own end of the connection, which does not outlive it."""


class _Waiting(NamedTuple):
    due_ns: int
    item: Item
    nature: _Nature = _Nature.SHAPED


def _end(sever: Sever) -> _Waiting:
    return _Waiting(sever.due_ns, Item(Act.RESET if sever.reset else Act.CLOSE, b"", {}), _Nature.OWN)


class Stage:
    """Takes items in, and gives them to ``pass_on`` in the same order, shaped; ``count`` is told of bytes that wait."""

    def __init__(self, fault: ActiveFault, effect: StreamEffect, timer: Timer, count: Callable[[int], None]) -> None:
        self.pass_on: Callable[[Item], None]
        self._fault = fault
        self._effect = effect
        self._timer = timer
        self._count = count
        self._queue: deque[_Waiting] = deque()
        self._alarm: Alarm | None = None
        self._unshaped = 0
        self._message: Draws | None = None
        self._chunks = 0

    def open(self) -> None:
        """It acts on the whole connection from now on."""
        for sever in self._effect.opened(self._timer.now_ns()):
            self._wait(_end(sever))
        self._advance()

    def take(self, item: Item) -> None:
        now_ns = self._timer.now_ns()
        if self._fault not in item.met_by:
            self._wait(_Waiting(0, item))
        elif item.act is not Act.SEND:
            self._wait(_Waiting(self._effect.ended_ns(now_ns), item))
        elif self._unshaped:
            self._wait(_Waiting(now_ns, item, _Nature.UNSHAPED))
        else:
            for waiting in self._shaped(item, now_ns):
                self._wait(waiting)
        self._advance()

    def renew(self, effect: StreamEffect) -> None:
        """Go on with another effect; what this one holds is released."""
        self._effect = effect
        self._release()

    def lift(self) -> None:
        """Release what is held, in order."""
        self._release()
        if self._effect.severs_when_lifted:
            self.pass_on(Item(Act.CLOSE, b"", {}))

    def close(self) -> None:
        """Drop everything: the connection is gone."""
        self._cancel_alarm()
        self._queue.clear()

    def _shaped(self, item: Item, now_ns: int) -> Iterator[_Waiting]:
        draws = item.met_by[self._fault]
        if draws is not self._message:
            self._message, self._chunks = draws, 0
        own = Draws(draws.seed, f"{draws.fault_id}#{draws.ordinal}", self._chunks)
        self._chunks += 1
        for step in self._effect.shaped(Chunk(item.data, now_ns, own)):
            match step:
                case Portion():
                    yield _Waiting(step.due_ns, item._replace(data=step.data))
                case Rest():
                    yield _Waiting(step.due_ns, item._replace(data=step.data), _Nature.UNSHAPED)
                case Sever():
                    yield _end(step)

    def _wait(self, waiting: _Waiting) -> None:
        self._queue.append(waiting)
        self._note(waiting, 1)

    def _note(self, waiting: _Waiting, more: int) -> None:
        """One more waits, or one less."""
        self._unshaped += more * (waiting.nature is _Nature.UNSHAPED)
        self._count(more * len(waiting.item.data))

    def _advance(self) -> None:
        """Pass on what is due, and wake up when the next is."""
        self._cancel_alarm()
        while self._queue and self._queue[0].due_ns <= self._timer.now_ns():
            self._end_waiting(self._queue.popleft())
        if self._queue and self._queue[0].due_ns < NEVER_NS:
            self._alarm = self._timer.call_at(self._queue[0].due_ns, self._advance)

    def _end_waiting(self, waiting: _Waiting) -> None:
        self._note(waiting, -1)
        if waiting.nature is not _Nature.UNSHAPED:
            self.pass_on(waiting.item)
            return
        first = list(self._shaped(waiting.item, waiting.due_ns))
        self._queue.extendleft(reversed(first))
        for each in first:
            self._note(each, 1)

    def _release(self) -> None:
        self._cancel_alarm()
        released = list(self._queue)
        self._queue.clear()
        for waiting in released:
            self._note(waiting, -1)
            if waiting.nature is not _Nature.OWN:
                self.pass_on(waiting.item)

    def _cancel_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
