"""Where faults of meaning are let into the exchange: the parts that they may act on, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass

from mock_exchange.clock import Clock
from mock_exchange.commitment import Commitment
from mock_exchange.dispatch import Dispatcher, TimedDispatcher
from mock_exchange.engine.engine import Engine
from mock_exchange.gateway.server_time import ServerTime


@dataclass(frozen=True, slots=True)
class Seams:
    dispatcher: Dispatcher
    """When queued requests are served."""
    timed: TimedDispatcher | None
    """The same, where a model says how long each service takes."""
    engine: Engine
    """For questions; what changes it goes through ``commitment``."""
    commitment: Commitment
    clock: Clock
    """Always right."""
    server_time: ServerTime
    """What clients are told."""
    call_later: Callable[[float, Callable[[], None]], object]
    """Seconds from now."""
