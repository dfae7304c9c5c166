"""Who holds a process stopped, so that overlapping pauses do not end each other."""

import threading
from collections.abc import Callable


class Holders:
    """Stops with the first holder, resumes with the last. Thread-safe: each fault is applied in its own thread."""

    def __init__(self, stop: Callable[[], None], resume: Callable[[], None]) -> None:
        self._stop = stop
        self._resume = resume
        self._names: set[str] = set()
        self._lock = threading.Lock()

    @property
    def held(self) -> bool:
        return bool(self._names)

    def add(self, name: str) -> None:
        with self._lock:
            if not self._names:
                self._stop()
            self._names.add(name)

    def remove(self, name: str) -> None:
        """Resumes also where nobody held: to resume once too often is harmless, once too seldom is not."""
        with self._lock:
            self._names.discard(name)
            if not self._names:
                self._resume()
