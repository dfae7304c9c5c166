"""What a fault kind is. It knows what it does to its ground; it does not know when, nor who asked for it."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol, runtime_checkable

from chaos.draws import Draws
from chaos.ground import Ground
from chaos.kinds.stream import Shaping
from chaos.selector import Selector


class Seam(StrEnum):
    """Where a fault is let in."""

    PROCESS = "process"
    """The target's process or container."""
    WIRE = "wire"
    """The fault proxy before the target."""
    MEANING = "meaning"
    """The exchange's admin port: what it means by its answers."""


@dataclass(slots=True)
class Evidence:
    """What a fault can say of its effect once it is healed; None where its seam does not know."""

    hits: int | None = None
    lifted_by: str | None = None
    """Who lifted a leased fault, where it was not its owner: its lease, a reset."""
    lost_orders: list[str] | None = None
    """Client order ids of orders that it touched and whose reply never came, so that no mark tells of it."""
    recovered_ms: float | None = None
    """How long after healing began the target answered again."""


class Fault(Protocol):
    """One kind of fault with its parameters: a frozen dataclass, its fields declared with ``parameter``.

    The first line of its docstring is what lists show.
    """

    kind: ClassVar[str]
    seam: ClassVar[Seam]
    incidents: ClassVar[tuple[str, ...]]
    """Numbers in ``chaos.incidents``: where exchanges are known to have suffered it. Empty for a plain tool."""
    example: ClassVar[Mapping[str, object]]
    """Parameters with which it shows its effect."""

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        """In force inside the context and healed on leaving it, however it is left. Entering raises CannotApply."""


class Phase(StrEnum):
    """Where on a request's way something happens to it."""

    BEFORE = "before"
    """The venue never sees the request."""
    AFTER = "after"
    """The venue has executed it; its reply is lost."""
    MID_BODY = "mid_body"
    """The client has read the head of the venue's reply and half of the body that came with it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that stands for the venue's."""

    status: int
    body: str = ""
    retry_after_s: int | None = None
    """None for no such header, unless a limit is given: then it tells when the limit's window ends."""


@dataclass(frozen=True, slots=True)
class Cut:
    """No reply: the client's connection ends, by reset or in good order."""

    reset: bool


@dataclass(frozen=True, slots=True)
class Silence:
    """No reply, and the connection stays open."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a request ends other than by the venue's reply."""

    phase: Phase
    by: Answer | Cut | Silence


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in each window of the wall clock, counted from the epoch."""

    requests: int
    window_ms: int


@dataclass(frozen=True, slots=True)
class Treatment:
    """What the proxy does to one request."""

    hold_ns: int = 0
    """How long after its arrival it is passed on to the upstream."""
    reply_hold_ns: int = 0
    """How long after its arrival the venue's reply is passed on to the client."""
    ending: Ending | None = None
    beyond: Limit | None = None
    """Treat only those requests that exceed it; the proxy counts."""
    shaping: Shaping | None = None
    """What happens to the bytes of the request, or of its reply, on their way."""


@dataclass(frozen=True, slots=True)
class MessageTreatment:
    """What the proxy does to one message on a WebSocket. A channel is what a message says of stream, event, symbol."""

    hold_ns: int = 0
    """How long after its arrival it is passed on. What comes after it in its channel waits behind it."""
    swap_within_ns: int = 0
    """How long after its arrival it lets the next one of its channel overtake it, and then follows at once."""
    dropped: bool = False
    again: int = 0
    """How many times more it is passed on."""
    again_after_ns: int = 0
    """How long after its arrival that happens; at once where it is 0."""


@runtime_checkable
class MessageFault(Fault, Protocol):
    """A kind that acts in the proxy on messages of WebSockets, and is asked about every one that is selected."""

    direction: str

    def message_treatment(self, draws: Draws) -> MessageTreatment | None:
        """None leaves the message alone, and it does not count as hit."""


@runtime_checkable
class WireFault(Fault, Protocol):
    """A kind that acts in the proxy, which asks it about every request that its selector selects."""

    def treatment(self, draws: Draws) -> Treatment | None:
        """None leaves the request alone, and it does not count as hit."""


@runtime_checkable
class StreamFault(WireFault, Protocol):
    """A kind that shapes bytes on their way. A connection without requests is treated as one request is."""

    @property
    def shaping(self) -> Shaping: ...
