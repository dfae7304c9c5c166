"""Waking up at a time, to some ten microseconds. uvloop's own timers count whole milliseconds.

On Linux a timer descriptor in the event loop does it (timerfd_create(2)); elsewhere the loop's timer has to do.
"""

import asyncio
import ctypes
import heapq
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

_CLOCK_MONOTONIC = 1
_TFD_CLOEXEC = 0o2000000
_TFD_NONBLOCK = 0o4000
_TFD_ABSTIME = 1


class Alarm:
    """A call that is due. To cancel one that has been made, or twice, does nothing."""

    __slots__ = ("_call", "due_ns")

    def __init__(self, due_ns: int, call: Callable[[], None]) -> None:
        self.due_ns = due_ns
        self._call: Callable[[], None] | None = call

    def cancel(self) -> None:
        self._call = None

    def ring(self) -> None:
        call, self._call = self._call, None
        if call is not None:
            call()

    def __lt__(self, other: "Alarm") -> bool:
        return self.due_ns < other.due_ns


class Timer(Protocol):
    """The proxy's clock, and calls at a time of it."""

    def now_ns(self) -> int: ...

    def wall_ns(self) -> int:
        """UTC, since the epoch."""

    def call_at(self, due_ns: int, call: Callable[[], None]) -> Alarm:
        """Call at that time, never before."""

    def close(self) -> None: ...


class DescriptorTimer:
    """One timer descriptor, always set to the next alarm."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._alarms: list[Alarm] = []
        self._set_for_ns = 0
        self._descriptor = _create_descriptor()
        loop.add_reader(self._descriptor, self._ring)

    def now_ns(self) -> int:
        return time.monotonic_ns()

    def wall_ns(self) -> int:
        return time.time_ns()

    def call_at(self, due_ns: int, call: Callable[[], None]) -> Alarm:
        alarm = Alarm(due_ns, call)
        heapq.heappush(self._alarms, alarm)
        self._set_for_first()
        return alarm

    def close(self) -> None:
        self._loop.remove_reader(self._descriptor)
        os.close(self._descriptor)

    def _ring(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._descriptor, 8)
        self._set_for_ns = 0
        while self._alarms and self._alarms[0].due_ns <= self.now_ns():
            heapq.heappop(self._alarms).ring()
        self._set_for_first()

    def _set_for_first(self) -> None:
        if self._alarms and self._alarms[0].due_ns != self._set_for_ns:
            self._set_for_ns = self._alarms[0].due_ns
            _set_descriptor(self._descriptor, self._set_for_ns)


class LoopTimer:
    """The event loop's own timer."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def now_ns(self) -> int:
        return time.monotonic_ns()

    def wall_ns(self) -> int:
        return time.time_ns()

    def call_at(self, due_ns: int, call: Callable[[], None]) -> Alarm:
        alarm = Alarm(due_ns, call)
        self._sleep(alarm)
        return alarm

    def close(self) -> None:
        """Nothing to give back."""

    def _sleep(self, alarm: Alarm) -> None:
        left_s = (alarm.due_ns - self.now_ns()) / 1e9
        if left_s > 0:
            self._loop.call_later(left_s, self._sleep, alarm)
        else:
            alarm.ring()


def timer_for(loop: asyncio.AbstractEventLoop) -> Timer:
    return DescriptorTimer(loop) if sys.platform == "linux" else LoopTimer(loop)


class _Timespec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class _TimerSetting(ctypes.Structure):
    _fields_ = (("interval", _Timespec), ("value", _Timespec))


_LIBC = ctypes.CDLL(None, use_errno=True)
"""Python has had these calls since 3.13, and we start at 3.11."""


def _create_descriptor() -> int:
    descriptor: int = _LIBC.timerfd_create(_CLOCK_MONOTONIC, _TFD_NONBLOCK | _TFD_CLOEXEC)
    if descriptor < 0:
        raise OSError(ctypes.get_errno(), "timerfd_create")
    return descriptor


def _set_descriptor(descriptor: int, due_ns: int) -> None:
    due = _Timespec(*divmod(due_ns, 1_000_000_000))
    setting = _TimerSetting(_Timespec(0, 0), due)
    if _LIBC.timerfd_settime(descriptor, _TFD_ABSTIME, ctypes.byref(setting), None) < 0:
        raise OSError(ctypes.get_errno(), "timerfd_settime")
