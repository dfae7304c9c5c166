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
        """From before it is stopped until after it has been resumed."""
        return bool(self._names)

    def add(self, name: str) -> None:
        """Raises what stopping raises, and then holds nothing."""
        with self._lock:
            is_first = not self._names
            self._names.add(name)
            if is_first:
                try:
                    self._stop()
                except BaseException:
                    self._names.discard(name)
                    raise

    def remove(self, name: str) -> None:
        """Resumes also where nobody held: to resume once too often is harmless, once too seldom is not.

        Raises what resuming raises, and then holds on, so that it can be tried again.
        """
        with self._lock:
            if not self._names - {name}:
                self._resume()
            self._names.discard(name)
