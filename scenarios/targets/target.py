"""What a run needs to know of a target, whichever kind it is."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from chaos.ground import Ground
from chaos.guardian import Guardian
from scenarios.venues import OUR_EXCHANGE, VenueProfile
from slo.history import TargetRecord

VENUE_PROCESS = "exchange"
"""The process whose end is the venue's failure and so part of what is measured."""


@dataclass(frozen=True, slots=True)
class Account:
    """An API key of the venue and its secret."""

    key: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LiveTarget:
    """A target that answers."""

    base_url: str
    """Where the traffic goes: the fault proxy, where there is one."""
    record: TargetRecord
    accounts: tuple[Account, ...]
    ground: Ground
    """What faults can act upon."""
    ledger: Callable[[], bytes | None]
    """The exchange's own account of every order (JSON lines); None where the venue gives none."""
    gone: Callable[[], list[str]]
    """Names of processes that have ended although nobody asked them to: VENUE_PROCESS, or an instrument of ours."""
    streams_url: str | None = None
    """``ws://host:port`` of market streams and user data; None where it is not known."""
    host: str = ""
    """What requests name as their ``Host``, where it is not the address that they go to."""
    venue: VenueProfile = OUR_EXCHANGE
    """How the venue wants to be asked."""


class Target(Protocol):
    """A kind of target. ``up`` yields it once it answers and takes it down on the way out."""

    def up(self, guardian: Guardian, logs: Path, seed: int) -> AbstractContextManager[LiveTarget]:
        """``seed`` is the run's. Raises TargetUnavailable when it cannot be started or reached."""
        ...
