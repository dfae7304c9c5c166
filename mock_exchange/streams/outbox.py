"""Where messages wait until what they tell of is safe. The whole of a batch of commands waits once."""

from collections.abc import Callable
from functools import partial

from mock_exchange.streams.feed import Audience

_Letters = list[tuple[Audience, bytes]]


class Outbox:
    def __init__(
        self, when_durable: Callable[[Callable[[], None]], None], call_soon: Callable[[Callable[[], None]], object]
    ) -> None:
        self._when_durable = when_durable
        self._call_soon = call_soon
        """Runs its argument after the batch that is being served now."""
        self._letters: _Letters = []

    def post(self, audience: Audience, payload: bytes) -> None:
        if not self._letters:
            self._call_soon(self._seal)
        self._letters.append((audience, payload))

    def _seal(self) -> None:
        """All that was posted is of commands that are in the journal by now: it may go when they are safe."""
        letters, self._letters = self._letters, []
        self._when_durable(partial(_deliver, letters))


def _deliver(letters: _Letters) -> None:
    for audience, payload in letters:
        audience.send(payload)
