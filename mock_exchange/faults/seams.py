"""Where faults of meaning are let into the exchange: the parts that they may act on, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mock_exchange.commitment import Commitment
from mock_exchange.dispatch import Dispatcher
from mock_exchange.faults.layers import Layers
from mock_exchange.gateway.desk import Desk
from mock_exchange.gateway.gateway import Gateway
from mock_exchange.limits.limiter import Limiter
from mock_exchange.limits.settings import RateLimits
from mock_exchange.stages import Ticket

Serve = Callable[[Ticket], None]
"""Does a ticket's work and notes its reply, as the gateway does."""

Submit = Callable[[Ticket], bool]
"""Puts a ticket into the engine's queue, if there is room."""
CallLater = Callable[[float, Callable[[], None]], Any]
"""After so many seconds; what is returned has ``cancel()``."""


@dataclass(frozen=True, slots=True)
class Seams:
    dispatcher: Dispatcher
    """When queued requests are served."""
    gateway: Gateway
    serving: Layers[Serve]
    """How a request is served whose turn has come."""
    submitting: Layers[Submit]
    """How a request gets into the engine's queue."""
    desk: Desk
    """What handlers work with: for a fault that has a call prepared anew, with another desk."""
    limiting: Layers[Limiter]
    """Who is told to slow down."""
    rate_limits: RateLimits
    """What the limits are where they are on."""
    banned: Callable[[str], None]
    """Ends the WebSockets of an address."""
    wall_ns: Callable[[], int]
    commitment: Commitment
    """Whom to ask for word of what happens in the engine."""
    monotonic_ns: Callable[[], int]
    call_later: CallLater
