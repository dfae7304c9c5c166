"""Where faults of meaning are let into the exchange: the parts that they may act on, and nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mock_exchange.dispatch import Dispatcher
from mock_exchange.engine.symbols import Symbol
from mock_exchange.faults.passage import Passage
from mock_exchange.shown_books import ShownBooks
from mock_exchange.stages import Ticket
from mock_exchange.streams.cadence import CallLater
from mock_exchange.streams.outbox import Letter
from mock_exchange.user_data.feed import Notice
from mock_exchange.websocket.server import WebSocketServer


@dataclass(frozen=True, slots=True)
class Seams:
    dispatcher: Dispatcher
    """When queued requests are served."""
    call_later: CallLater
    monotonic_ns: Callable[[], int]
    symbols: Mapping[str, Symbol]
    tickets: Passage[Ticket, bool]
    """Requests on their way into the queue, with the work that gives their reply."""
    letters: Passage[Letter, None]
    """Messages of the streams on their way to those who listen, once they may go."""
    notices: Passage[Notice, None]
    """User events on their way to those who listen, once they may go."""
    websocket: WebSocketServer
    """All WebSocket connections."""
    rest_books: ShownBooks
    """What REST, and the WebSocket API that answers alike, shows of the books."""
    stream_books: ShownBooks
    """What the streams tell of them."""
