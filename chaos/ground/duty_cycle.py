"""A share of the processor for a process that no control group limits: it runs and stands still in turn."""

import threading
from collections.abc import Callable

_PERIOD_S = 0.05
"""Short beside what a client waits for an answer, long beside what it takes to stop a process."""


class DutyCycle:
    """Calls ``stop`` and ``resume`` so that what they act on runs for a share of the time, until it is ended.

    Of a busy process that is the share of a core that it gets. An idle one answers late where a request meets the part
    of the period in which it stands still, which a control group's limit would not do to it.
    """

    def __init__(self, stop: Callable[[], None], resume: Callable[[], None], percent: float) -> None:
        self._stop = stop
        self._resume = resume
        self.percent = percent
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._turn, name="duty cycle", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Returns with the process running, as far as this is concerned."""
        self._over.set()
        self._thread.join()

    def _turn(self) -> None:
        while True:
            share = self.percent / 100
            if self._over.wait(_PERIOD_S * share):
                return
            try:
                self._stop()
                self._over.wait(_PERIOD_S * (1 - share))
            finally:
                self._resume()
