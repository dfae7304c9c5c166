"""``run.json``: what was run, against what, when, and how it ended."""

from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, JsonValue


class RunStatus(StrEnum):
    """How far a run came. Only a complete one has shown what it set out to show."""

    RUNNING = "running"
    COMPLETE = "complete"
    INTERRUPTED = "interrupted"
    ABORTED = "aborted"
    FAILED = "failed"


class PhaseKind(StrEnum):
    """What makes arrivals come."""

    OPEN = "open"
    """Arrivals come when they are due, whatever is still outstanding."""
    CLOSED = "closed"
    """So many users, each sending its next request when the last was answered."""
    FEED = "feed"
    """Recorded events of a real venue."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PhaseRecord(_Record):
    """A stretch of the run, ``[start_ns, end_ns)`` since its start. A sweep is one record per step, all of one name."""

    name: str
    kind: PhaseKind
    start_ns: int
    end_ns: int
    users: int | None = None
    """Closed phases: how many users."""
    rate_per_s: float | None = None
    """Open phases: arrivals a second, after a percentage of capacity was resolved."""
    rate: str | None = None
    """Open phases: the rate as the scenario wrote it."""
    arrivals: dict[str, JsonValue] = {}
    """Open phases: the shape of the arrivals around that rate, by its name and parameters; of old runs, not known."""


class FaultRecord(_Record):
    """A planned fault; ``id`` is what samples and events call it."""

    id: str
    kind: str
    seam: str
    at_ns: int
    for_ns: int
    on: dict[str, str] = {}
    parameters: dict[str, JsonValue] = {}


class TargetRecord(_Record):
    """What was driven. ``kind``: embedded, compose, url, or tape for a recorded feed."""

    kind: str
    url: str | None = None
    venue: str
    exchange: dict[str, JsonValue] = {}
    """Configuration of our own exchange, as the scenario gave it."""


class JoinedWorker(_Record):
    """A generator on another host, and how its clock stood to the run's (CLOCK_MONOTONIC of each host)."""

    worker: int
    host: str
    """As it names itself."""
    uncertainty_ns: int
    """How far the moment that was taken for time zero, and the drift, may be off together, either way."""
    drift_ns: int | None
    """How much the clocks went apart from before time zero until the worker had ended; None: it could not be asked."""
    offset_ns: int | None = None
    """The worker's clock less the run's, before time zero, which the worker was told by it; of old runs, not known."""
    silence_ns_max: int | None = None
    """The longest time in which nothing was heard of it while the run went on; it says something each second."""

    @property
    def off_ns_max(self) -> int:
        """How far its times may be from the run's, as far as is known."""
        return self.uncertainty_ns + abs(self.drift_ns or 0)


class RunRecord(_Record):
    """Contents of ``run.json``."""

    format: int = 1
    name: str
    status: RunStatus
    seed: int
    started_at: str
    """UTC, ISO 8601, of the run's start (time zero of every ``_ns``)."""
    brownout: str
    host: dict[str, str | int] = {}
    """Python, platform, processor count: what a figure depends on besides the code."""
    command: list[str] = []
    """The command line that repeats this run."""
    workers: int = 1
    """How many generator processes shared the traffic."""
    joined: list[JoinedWorker] = []
    """Those that had joined from other hosts; none where all were of this one."""
    target: TargetRecord
    phases: list[PhaseRecord] = []
    faults: list[FaultRecord] = []
    scheduled: int = 0
    """Arrivals that were due before the run ended; the samples hold exactly that many rows."""
    capacity_per_s: float | None = None
    """Capacity that the sweep measured while the run went on, from which percentages were resolved."""
    deadline_ms: Decimal = Decimal(1000)
    """How long a user waits for an answer to be of use: what "in time" means where no objective says otherwise."""
    timeout_ms: Decimal = Decimal(5000)
    objectives: list[str] = []
    """File names in the run folder's ``objectives``, judged when ``judge`` names no others."""
