"""Where messages wait until what they tell of is safe. The whole of a batch of commands waits once."""

from collections.abc import Callable
from functools import partial

from mock_exchange.streams.feed import Audience
from mock_exchange.telemetry.histograms import Histogram

Letter = tuple[Audience, bytes]


class Outbox:
    """Of all streams: what is posted goes out in its order."""

    def __init__(
        self,
        when_durable: Callable[[Callable[[], None]], None],
        call_soon: Callable[[Callable[[], None]], object],
        monotonic_ns: Callable[[], int],
    ) -> None:
        """``call_soon`` runs its argument after the batch of commands that is being served now."""
        self._when_durable = when_durable
        self._call_soon = call_soon
        self._monotonic_ns = monotonic_ns
        self._letters: list[Letter] = []
        self._began_ns = 0
        """When the first letter of the batch was posted."""
        self.send: Callable[[Letter], None] = self._send
        """Hands a message that may go to its audience. Faults stand here."""
        self.messages = 0
        """How many were handed to connections so far."""
        self.lag = Histogram()
        """Of each batch: from its first change to the sending of its last message."""

    def post(self, audience: Audience, payload: bytes) -> None:
        if not self._letters:
            self._began_ns = self._monotonic_ns()
            self._call_soon(self._seal)
        self._letters.append((audience, payload))

    def _seal(self) -> None:
        """All that was posted is of commands that are in the journal by now: it may go when they are safe."""
        letters, self._letters = self._letters, []
        self._when_durable(partial(self._deliver, letters, self._began_ns))

    def _deliver(self, letters: list[Letter], began_ns: int) -> None:
        send = self.send
        for letter in letters:
            send(letter)
        self.lag.add(self._monotonic_ns() - began_ns)

    def _send(self, letter: Letter) -> None:
        audience, payload = letter
        self.messages += audience.send(payload)
