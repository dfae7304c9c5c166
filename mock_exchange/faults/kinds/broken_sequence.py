"""Messages of market streams are missing, come twice, or come after the one that should follow them."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Final, Literal

import msgspec

from mock_exchange.faults.channels import MarketChannel, letter_subject
from mock_exchange.faults.fault import Fault
from mock_exchange.faults.seams import Seams
from mock_exchange.streams.feed import Audience
from mock_exchange.streams.outbox import Letter

_HELD_MAX: Final = 1_000
"""Messages that wait for the next of their stream; each stream has one at most."""

Onward = Callable[[Letter], None]


class BrokenSequence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    how: Literal["gap", "repeat", "reorder"] = "gap"
    channel: MarketChannel = "depth"
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        fault.check_selects_by("symbol")
        if self.how == "reorder":
            return self._begin_reordering(seams, fault)
        act = self._drop if self.how == "gap" else self._repeat
        return seams.letters.divert(partial(act, fault)).end

    def _drop(self, fault: Fault, letter: Letter, onward: Onward) -> None:
        if not self._chooses(fault, letter):
            onward(letter)
        else:
            fault.hits += 1

    def _repeat(self, fault: Fault, letter: Letter, onward: Onward) -> None:
        onward(letter)
        if self._chooses(fault, letter):
            fault.hits += 1
            onward(letter)

    def _begin_reordering(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        held: dict[Audience, bytes] = {}
        stage = seams.letters.divert(partial(self._reorder, fault, held))

        def end() -> None:
            stage.end()
            for letter in held.items():
                stage.onward(letter)

        return end

    def _reorder(self, fault: Fault, held: dict[Audience, bytes], letter: Letter, onward: Onward) -> None:
        """A message is out of order once the one that should follow it has gone before it."""
        audience, payload = letter
        if (earlier := held.pop(audience, None)) is not None:
            fault.hits += 1
            onward(letter)
            onward((audience, earlier))
        elif self._chooses(fault, letter):
            held[audience] = payload
            if len(held) > _HELD_MAX:
                oldest = next(iter(held))
                onward((oldest, held.pop(oldest)))
        else:
            onward(letter)

    def _chooses(self, fault: Fault, letter: Letter) -> bool:
        subject = letter_subject(letter, self.channel)
        return subject is not None and fault.meets(subject, self.probability)
