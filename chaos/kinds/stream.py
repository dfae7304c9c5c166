"""What a fault does to a stream of bytes: a chunk comes in, and the effect says what is passed on and when.

Pure: an effect knows neither sockets nor a clock. Times are nanoseconds of the proxy's clock and come as arguments; so
do draws. One effect object serves one direction of one connection, and may keep state between its chunks.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import NamedTuple

from chaos.draws import Draws

NEVER_NS = 1 << 62
"""Later than any time of the clock: until the fault is lifted."""


class Direction(StrEnum):
    """Which way bytes go."""

    UPSTREAM = "upstream"
    """From the client to the venue."""
    DOWNSTREAM = "downstream"
    """From the venue to the client."""


class Chunk(NamedTuple):
    """Bytes of one message that came at once; ``draws`` are this chunk's own."""

    data: bytes
    now_ns: int
    draws: Draws


class Portion(NamedTuple):
    """Bytes to be passed on at a time."""

    due_ns: int
    data: bytes


class Sever(NamedTuple):
    """The connection's end at a time: by reset (RST) or in good order (FIN)."""

    due_ns: int
    reset: bool


class Cut(NamedTuple):
    """All bytes of a chunk in their order, in portions that are taken one by one as they are due: many may follow."""

    portions: Iterator[Portion]


class StreamEffect:
    """Passes everything on at once; an effect overrides what it does otherwise.

    What it returns is passed on in the order in which it was returned, each no earlier than it is due.
    """

    severs_when_lifted = False
    """It has swallowed bytes that nobody can wait for any more, so lifting it ends the connection."""

    def opened(self, now_ns: int) -> Iterable[Sever]:  # noqa: ARG002 - nothing is due by default
        """It acts on the whole connection from now on, whether or not bytes come."""
        return ()

    def shaped(self, chunk: Chunk) -> Iterable[Portion | Sever] | Cut:
        """What becomes of a chunk."""
        return (Portion(chunk.now_ns, chunk.data),)

    def ended_ns(self, now_ns: int) -> int:
        """The sender closes its direction: when that is passed on."""
        return now_ns


class Decides(Enum):
    """What it is decided for whether a stream fault acts, besides the requests of HTTP/1.1 and foreign connections.

    A foreign connection is one that does not speak HTTP/1.1, or no longer.
    """

    BY_REQUEST = "by request"
    ALSO_AT_ONCE = "also at once"
    """For each connection that is open when the fault is applied, too."""
    ONLY_AT_THE_END = "only at the end"
    """For each connection whose sender closes it, and for nothing else."""


@dataclass(frozen=True, slots=True)
class Shaping:
    """How a fault shapes one direction of a connection."""

    direction: Direction
    effect: Callable[[], StreamEffect]
    """Makes a new effect for one connection."""
    decides: Decides = Decides.BY_REQUEST
    loses: bool = False
    """Bytes may never arrive: that the proxy has passed a reply on is no proof that the client has it."""

    @property
    def loses_replies(self) -> bool:
        return self.loses and self.direction is Direction.DOWNSTREAM
