"""Where a command takes effect: written down, applied, told to whoever listens, and acknowledged once it is safe.

Everything that changes the exchange while it serves passes ``Commitment.apply``; everything that tells the outside of
a change waits in ``when_durable``. Between the two is the journal.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from mock_exchange.engine.commands import Command
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Event


class Journal(Protocol):
    """What makes commands survive the process."""

    def append(self, command: Command) -> None:
        """Note a command, in the order in which the engine gets them; rejected ones too, as they move its clock."""

    def when_durable(self, then: Callable[[], None]) -> None:
        """Call ``then`` once all that was appended is safe: at once where it is already. Calls keep their order."""


class Unjournaled:
    """Nothing survives, so nothing has to be waited for."""

    def append(self, command: Command) -> None:
        """Forget it."""

    def when_durable(self, then: Callable[[], None]) -> None:
        then()


class Listener(Protocol):
    """Who wants to know what happens, such as the streams."""

    def heard(self, command: Command, events: Sequence[Event]) -> None:
        """The engine has just applied the command, and holds the state that these events led to.

        Called before the command is durable: keep what is to be told, and tell it in ``when_durable``.
        """


class Commitment:
    """The one way by which commands reach the engine while the exchange serves."""

    def __init__(self, engine: Engine, journal: Journal) -> None:
        self._apply = engine.apply
        self._append = journal.append
        self.when_durable = journal.when_durable
        self._listeners: list[Listener] = []

    def add_listener(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def remove_listener(self, listener: Listener) -> None:
        """One that was added; not from within what it hears."""
        self._listeners.remove(listener)

    def apply(self, command: Command) -> list[Event]:
        self._append(command)
        events = self._apply(command)
        for listener in self._listeners:
            listener.heard(command, events)
        return events
