"""Greenlets that send arrivals, kept for those to come. One that begins and ends with each costs a fifth of all that an
arrival costs: the interpreter maps a stack for it and unmaps it, two system calls and the faults of its pages.
"""

from collections.abc import Callable

from gevent import get_hub, getcurrent
from gevent.pool import Group
from greenlet import greenlet

from scenarios.traffic.accounting import Flight


class Senders:
    """As many as ever were busy at once; who was busy last is the next to be."""

    def __init__(self, serve: Callable[[Flight], None]) -> None:
        self._serve = serve
        self._idle: list[greenlet] = []
        self._all = Group()  # without a bound of its own: the session's is looked at for each arrival

    def send(self, flight: Flight) -> None:
        """Soon, in the order of asking; returns at once."""
        if self._idle:
            get_hub().loop.run_callback(self._idle.pop().switch, flight)
        else:
            self._all.spawn(self._work, flight)

    def kill(self) -> None:
        """What is being sent ends here."""
        self._all.kill()

    def _work(self, flight: Flight) -> None:
        """One that raises is not idle again, and its place is another's."""
        while True:
            self._serve(flight)
            self._idle.append(getcurrent())
            flight = get_hub().switch()
