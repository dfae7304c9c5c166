"""Where faults of meaning are let into the exchange: the parts that they may act on, and nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mock_exchange.commitment import Commitment
from mock_exchange.dispatch import Dispatcher, Pace
from mock_exchange.durable.disk import Disk
from mock_exchange.durable.opening import DurableStore
from mock_exchange.engine.symbols import Symbol
from mock_exchange.faults.layers import Layers
from mock_exchange.faults.passage import Passage
from mock_exchange.gateway.desk import Desk
from mock_exchange.gateway.gateway import Gateway
from mock_exchange.limits.limiter import Limiter
from mock_exchange.limits.settings import RateLimits
from mock_exchange.shown_books import ShownBooks
from mock_exchange.stages import Ticket
from mock_exchange.streams.cadence import CallLater
from mock_exchange.streams.outbox import Letter
from mock_exchange.user_data.feed import Notice
from mock_exchange.websocket.server import WebSocketServer

Serve = Callable[[Ticket], None]
"""Does a ticket's work and notes its reply, as the gateway does."""

Submit = Callable[[Ticket], bool]
"""Puts a ticket into the engine's queue, if there is room."""


@dataclass(frozen=True, slots=True)
class JournalSeam:
    """Of an exchange with a data folder."""

    disk: Layers[Disk]
    """Where the journal's bytes go, in its own thread where they are synced."""
    look_for_room: Callable[[], None]
    """There may be some again."""
    is_synced: bool

    @classmethod
    def of(cls, store: DurableStore | None) -> "JournalSeam | None":
        if store is None:
            return None
        return cls(Layers.before(store.writer, "disk"), store.shortage.look_for_room, store.is_synced)


@dataclass(frozen=True, slots=True)
class Seams:
    dispatcher: Dispatcher
    """When queued requests are served."""
    pacing: Layers[Pace] | None
    """How long a service takes; None where no model says that."""
    gateway: Gateway
    serving: Layers[Serve]
    """How a request is served whose turn has come."""
    submitting: Layers[Submit]
    """How a request gets into the engine's queue."""
    journal: JournalSeam | None
    """None where nothing is durable."""
    letters: Passage[Letter, None]
    """Messages of the streams on their way to those who listen, once they may go."""
    notices: Passage[Notice, None]
    """User events on their way to those who listen, once they may go."""
    desk: Desk
    """What handlers work with: for a fault that has a call prepared anew, with another desk."""
    symbols: Mapping[str, Symbol]
    rest_books: ShownBooks
    """What REST, and the WebSocket API that answers alike, shows of the books."""
    stream_books: ShownBooks
    """What the streams tell of them."""
    websocket: WebSocketServer
    """All WebSocket connections."""
    limiting: Layers[Limiter]
    """Who is told to slow down."""
    rate_limits: RateLimits
    """What the limits are where they are on."""
    banned: Callable[[str], None]
    """Ends the WebSockets of an address."""
    commitment: Commitment
    """Whom to ask for word of what happens in the engine."""
    wall_ns: Callable[[], int]
    monotonic_ns: Callable[[], int]
    call_later: CallLater
    """After so many seconds; what is returned has ``cancel()``."""
