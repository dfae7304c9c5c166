"""Whose reply comes when on an HTTP/1.1 connection: in the order of the requests, whoever gives it.

Source: RFC 9112, 9.3.2.
"""

from collections import deque
from collections.abc import Callable

from chaos.proxy.faults import Touch


class Awaited:
    """A request whose response is awaited: what its framing depends on, and what faults do to it."""

    __slots__ = ("begins", "done", "followed_by", "method", "touch")

    def __init__(self, begins: bytes, touch: Touch | None = None) -> None:
        self.begins = begins
        """Its head at least, and what came with that."""
        self.method = begins[: begins.index(b" ")]
        self.touch = touch
        self.done = False
        """Its response has been passed on whole."""
        self.followed_by: list[Callable[[], None]] = []
        """Replies of our own that wait for that."""


class Turns:
    """The requests that the upstream has been given, and what is to come between their replies."""

    def __init__(self) -> None:
        self.awaited: deque[Awaited] = deque()
        """Oldest first; taken out when the head of the response is found."""
        self._last: Awaited | None = None

    def expect(self, awaited: Awaited) -> None:
        self.awaited.append(awaited)
        self._last = awaited

    def after_all(self, act: Callable[[], None]) -> None:
        """Do it once every reply that is awaited now has been passed on: at once where none is."""
        if self._last is None or self._last.done:
            act()
        else:
            self._last.followed_by.append(act)

    def complete(self, awaited: Awaited) -> None:
        """Its reply has been passed on whole."""
        awaited.done = True
        for act in awaited.followed_by:
            act()
