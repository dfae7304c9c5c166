"""Where faults of meaning are let into the exchange: the parts that they may act on, and nothing else."""

from dataclasses import dataclass

from mock_exchange.dispatch import Dispatcher


@dataclass(frozen=True, slots=True)
class Seams:
    dispatcher: Dispatcher
    """When queued requests are served."""
