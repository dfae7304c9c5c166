"""Where faults of meaning are let into the exchange: the parts that they may act on, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass

from mock_exchange.dispatch import Dispatcher
from mock_exchange.faults.layers import Layers
from mock_exchange.gateway.gateway import Gateway
from mock_exchange.stages import Ticket

Serve = Callable[[Ticket], None]
"""Does a ticket's work and notes its reply, as the gateway does."""


@dataclass(frozen=True, slots=True)
class Seams:
    dispatcher: Dispatcher
    """When queued requests are served."""
    gateway: Gateway
    serving: Layers[Serve]
    """How a request is served whose turn has come."""
