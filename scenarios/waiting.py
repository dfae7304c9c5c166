"""Waiting under gevent until an arrival is due, to some tens of microseconds.

gevent's timers count in whole milliseconds, which would be most of the response time of a fast venue. Linux offers a
timer as a file descriptor with nanoseconds (timerfd_create(2)); elsewhere gevent's own timer has to do.
"""

import ctypes
import os
import sys
import time
from typing import Protocol

import gevent

NS_PER_SECOND = 1_000_000_000


class Alarm(Protocol):
    """Wakes one greenlet, its owner."""

    def sleep_ns(self, duration_ns: int) -> None: ...

    def close(self) -> None: ...


def alarm() -> Alarm:
    return _TimerDescriptor() if sys.platform == "linux" else _HubTimer()


class _HubTimer:
    def sleep_ns(self, duration_ns: int) -> None:
        gevent.sleep(duration_ns / NS_PER_SECOND)

    def close(self) -> None: ...


class _TimeSpec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class _TimerSpec(ctypes.Structure):
    _fields_ = (("interval", _TimeSpec), ("value", _TimeSpec))


class _TimerDescriptor:
    """Through libc, because ``os`` has it from Python 3.13 on only."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = self._libc.timerfd_create(time.CLOCK_MONOTONIC, os.O_NONBLOCK | os.O_CLOEXEC)
        if self._descriptor < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create failed")
        self._spec = _TimerSpec()
        self._spec_pointer = ctypes.byref(self._spec)
        self._hub = gevent.get_hub()
        self._readable = self._hub.loop.io(self._descriptor, 1)

    def sleep_ns(self, duration_ns: int) -> None:
        # A value of zero would disarm the timer and sleep for ever.
        self._spec.value.seconds, self._spec.value.nanoseconds = divmod(max(duration_ns, 1), NS_PER_SECOND)
        self._libc.timerfd_settime(self._descriptor, 0, self._spec_pointer, None)
        self._hub.wait(self._readable)
        os.read(self._descriptor, 8)

    def close(self) -> None:
        self._readable.stop()
        self._readable.close()
        os.close(self._descriptor)
