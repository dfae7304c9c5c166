"""One fault of meaning: what it is asked to do, and what it has done so far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Protocol

from mock_exchange.faults.seams import Seams

_MANTISSA_BITS = 53
_UNANSWERED_MAX = 20_000


class Kind(Protocol):
    """A kind with its parameters: a frozen struct that forbids unknown fields, so that decoding it checks them."""

    def begin(self, seams: Seams, fault: "Fault") -> Callable[[], None]:
        """Let the fault in; returns what lifts it, which restores the seam as it was and never fails.

        ``fault`` is asked whom it selects and told whom it touched. Raises NotPossible.
        """


class NotPossible(Exception):
    """The exchange as it was started lacks what the fault acts on."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a fault may be meant for: a request, an event or a reply. Empty where it has none."""

    op: str = ""
    symbol: str = ""
    client_order_id: str = ""


@dataclass(slots=True, eq=False)
class Fault:
    """A fault in force, with its owner's lease and the evidence of its effect."""

    id: str
    kind: str
    parameters: Mapping[str, object]
    on: Mapping[str, str]
    """``op``, ``symbol``, ``client_order_id`` (with a ``*`` at its end: all that begin so)."""
    seed: int
    lease_ns: int
    ends_ns: int
    seen: int = 0
    """What its selector selected so far; the ordinal of the next."""
    hits: int = 0
    """What it touched."""
    lost: int = 0
    """What it held back and had to let go of for ever, because it was too much to hold."""
    lifted_by: str | None = None
    unanswered: dict[int, Subject] = field(default_factory=dict)
    """Requests that it touched, by ordinal, of which no marked reply has told."""
    unlogged: int = 0
    """How many more there were than it remembers."""

    def selects(self, subject: Subject) -> bool:
        return all(_fits(wanted, getattr(subject, name)) for name, wanted in self.on.items())

    def draw(self, name: str) -> float:
        """A number in [0, 1) for the one that was just seen, the same in every run of the same seed.

        The hash is that of ``chaos.draws``, so that a seed means the same everywhere.
        """
        key = f"{self.seed}\0{self.id}\0{self.seen - 1}\0{name}".encode()
        number = int.from_bytes(blake2b(key, digest_size=8).digest(), "big")
        return (number >> (64 - _MANTISSA_BITS)) / (1 << _MANTISSA_BITS)

    def meets(self, subject: Subject, probability: float = 1.0) -> bool:
        """Whether the fault is to act on this one, if it then finds something to do."""
        if not self.selects(subject):
            return False
        self.seen += 1
        return probability >= 1 or self.draw("probability") < probability

    def touches(self, subject: Subject, probability: float = 1.0) -> bool:
        """Whether the fault is to act on this one; counts it."""
        if not self.meets(subject, probability):
            return False
        self.hits += 1
        return True

    def remember(self, ordinal: int, subject: Subject) -> None:
        """No reply to this one has told of the fault so far."""
        if len(self.unanswered) < _UNANSWERED_MAX:
            self.unanswered[ordinal] = subject
        else:
            self.unlogged += 1

    def check_selects_by(self, *names: str) -> None:
        """Raises NotPossible where it selects by what its subjects never have, so that it would never touch any."""
        for name in self.on.keys() - set(names):
            there_are = ", ".join(names) or "no selectors"
            raise NotPossible(f"{self.kind} cannot be told by {name} whom it is meant for; it takes {there_are}")


def _fits(wanted: str, found: str) -> bool:
    return found.startswith(wanted[:-1]) if wanted.endswith("*") else found == wanted
