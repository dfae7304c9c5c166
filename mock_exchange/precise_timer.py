"""Wake-ups to the microsecond inside an asyncio loop.

uvloop's and asyncio's own timers count in whole milliseconds, which is as long as a whole service time here. Linux
offers a timer as a file descriptor with nanoseconds; elsewhere we fall back to the loop's timer.
"""

import asyncio
import ctypes
import os
import sys
import time
from collections.abc import Callable
from typing import Protocol

_NS_PER_S = 1_000_000_000
_TFD_NONBLOCK = os.O_NONBLOCK
_TFD_CLOEXEC = getattr(os, "O_CLOEXEC", 0)
_TFD_TIMER_ABSTIME = 1


class Timer(Protocol):
    """Calls back once per ``wake_at``; a later ``wake_at`` replaces an earlier one."""

    def wake_at(self, monotonic_ns: int) -> None: ...

    def close(self) -> None: ...


class _TimeSpec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class _TimerSpec(ctypes.Structure):
    _fields_ = (("interval", _TimeSpec), ("value", _TimeSpec))


class TimerFd:
    """``timerfd_create(2)`` through libc, because Python has it in ``os`` from 3.13 on only."""

    def __init__(self, loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
        self._loop = loop
        self._callback = callback
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._fd = self._libc.timerfd_create(time.CLOCK_MONOTONIC, _TFD_NONBLOCK | _TFD_CLOEXEC)
        if self._fd < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create failed")
        self._spec = _TimerSpec()
        self._spec_pointer = ctypes.byref(self._spec)
        loop.add_reader(self._fd, self._fired)

    def wake_at(self, monotonic_ns: int) -> None:
        # A value of zero would disarm the timer; a time in the past fires at once.
        self._spec.value.seconds, self._spec.value.nanoseconds = divmod(max(monotonic_ns, 1), _NS_PER_S)
        self._libc.timerfd_settime(self._fd, _TFD_TIMER_ABSTIME, self._spec_pointer, None)

    def close(self) -> None:
        self._loop.remove_reader(self._fd)
        os.close(self._fd)

    def _fired(self) -> None:
        try:
            os.read(self._fd, 8)
        except BlockingIOError:
            return  # armed anew between the wake-up and this read
        self._callback()


class LoopTimer:
    """The loop's own timer: right to about a millisecond."""

    def __init__(self, loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
        self._loop = loop
        self._callback = callback
        self._handle: asyncio.TimerHandle | None = None

    def wake_at(self, monotonic_ns: int) -> None:
        self.close()
        delay_ns = max(0, monotonic_ns - time.monotonic_ns())
        self._handle = self._loop.call_later(delay_ns / _NS_PER_S, self._callback)

    def close(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None


def precise_timer(loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> Timer:
    return TimerFd(loop, callback) if sys.platform == "linux" else LoopTimer(loop, callback)
