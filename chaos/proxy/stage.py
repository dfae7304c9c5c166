"""One fault on the way of a stream of bytes: what its effect holds back, in order, until it is due."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from chaos.draws import Draws
from chaos.kinds.stream import NEVER_NS, Chunk, Cut, Portion, Sever, StreamEffect
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


class _Waiting(NamedTuple):
    due_ns: int
    item: Item
    severs: bool
    """The effect's own end of the connection, which does not outlive it."""


@dataclass(slots=True)
class _Cutting:
    """A chunk whose portions are cut one by one, as they are due: a stage that is lifted has not cut all of it."""

    item: Item
    portions: Iterator[Portion]
    passed: int = 0
    """Bytes that have been cut off its beginning."""

    def next(self) -> _Waiting | None:
        portion = next(self.portions, None)
        if portion is None:
            return None
        self.passed += len(portion.data)
        return _Waiting(portion.due_ns, self.item._replace(data=portion.data), severs=False)

    @property
    def rest(self) -> Item:
        return self.item._replace(data=self.item.data[self.passed :])


class Stage:
    """Takes items in, and gives them to ``pass_on`` in the same order, shaped; ``count`` is told of bytes that wait."""

    def __init__(self, fault: ActiveFault, effect: StreamEffect, timer: Timer, count: Callable[[int], None]) -> None:
        self.pass_on: Callable[[Item], None]
        self._fault = fault
        self._effect = effect
        self._timer = timer
        self._count = count
        self._queue: deque[_Waiting | _Cutting] = deque()
        self._alarm: Alarm | None = None
        self._message: Draws | None = None
        self._chunks = 0

    def open(self) -> None:
        """It acts on the whole connection from now on."""
        for sever in self._effect.opened(self._timer.now_ns()):
            self._sever(sever)
        self._advance()

    def take(self, item: Item) -> None:
        draws = item.met_by.get(self._fault)
        if draws is None:
            self._wait(_Waiting(0, item, severs=False))
        elif item.act is Act.SEND:
            self._shape(item, draws)
        else:
            self._wait(_Waiting(self._effect.ended_ns(self._timer.now_ns()), item, severs=False))
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

    def _shape(self, item: Item, draws: Draws) -> None:
        if draws is not self._message:
            self._message, self._chunks = draws, 0
        own = Draws(draws.seed, f"{draws.fault_id}#{draws.ordinal}", self._chunks)
        self._chunks += 1
        steps = self._effect.shaped(Chunk(item.data, self._timer.now_ns(), own))
        if isinstance(steps, Cut):
            self._queue.append(_Cutting(item, steps.portions))
            self._count(len(item.data))
            return
        for step in steps:
            match step:
                case Portion():
                    self._wait(_Waiting(step.due_ns, item._replace(data=step.data), severs=False))
                case Sever():
                    self._sever(step)

    def _sever(self, sever: Sever) -> None:
        act = Act.RESET if sever.reset else Act.CLOSE
        self._wait(_Waiting(sever.due_ns, Item(act, b"", {}), severs=True))

    def _wait(self, waiting: _Waiting) -> None:
        self._queue.append(waiting)
        self._count(len(waiting.item.data))

    def _advance(self) -> None:
        """Pass on what is due, and wake up when the next is."""
        self._cancel_alarm()
        while (first := self._first()) is not None and first.due_ns <= self._timer.now_ns():
            self._queue.popleft()
            self._pass_on(first.item)
        if first is not None and first.due_ns < NEVER_NS:
            self._alarm = self._timer.call_at(first.due_ns, self._advance)

    def _first(self) -> _Waiting | None:
        """What stands at the front of the queue, cut off the chunk that stood there if need be."""
        while self._queue:
            first = self._queue[0]
            if isinstance(first, _Waiting):
                return first
            portion = first.next()
            if portion is None:
                self._queue.popleft()
            else:
                self._queue.appendleft(portion)
        return None

    def _release(self) -> None:
        self._cancel_alarm()
        released = [
            each.rest if isinstance(each, _Cutting) else each.item
            for each in self._queue
            if isinstance(each, _Cutting) or not each.severs
        ]
        self._queue.clear()
        for item in released:
            self._pass_on(item)

    def _pass_on(self, item: Item) -> None:
        self._count(-len(item.data))
        self.pass_on(item)

    def _cancel_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
