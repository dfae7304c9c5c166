"""What the judge finds out about a run's capacity, and why no server reaches 100 %. Values only."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class SweepStep:
    """One closed step. Answers are ``ok`` samples whose ``done_ns`` lies in the step, whenever they were due."""

    phase: str
    users: int
    start_ns: int
    end_ns: int
    answers: int
    busy_s: float
    """From the first to the last answer of the step: ``answers - 1`` services fit between them."""
    throughput_per_s: float
    """(answers - 1) / busy_s."""
    service_ms_p50: float | None
    service_ms_p99: float | None
    response_ms_p50: float | None
    response_ms_p99: float | None


@dataclass(frozen=True, slots=True)
class MeasuredCapacity:
    """The peak throughput of a sweep, and the pool of steps that cannot be told from it (one-sided 5 %)."""

    peak_per_s: float
    peak_users: int
    pooled_users: tuple[int, ...]
    pooled_answers: int
    pooled_s: float
    saturated: bool
    """Whether the sweep went on until more users no longer brought more throughput: only then is it a capacity."""
    falls: bool = False
    """Whether the last step's throughput is below the peak's by more than three deviations of Poisson counts."""

    @property
    def pooled_per_s(self) -> float:
        return self.pooled_answers / self.pooled_s


@dataclass(frozen=True, slots=True)
class UslFit:
    """Universal Scalability Law X(N) = rate N / (1 + contention (N-1) + coherency N (N-1)), fitted to a sweep."""

    rate_per_s: float
    """lambda: what one user alone would get."""
    contention: float
    """sigma: the share that must queue."""
    coherency: float
    """kappa: the cost of keeping in step, which makes throughput fall again."""
    peak_users: float | None
    """sqrt((1 - sigma) / kappa); None where throughput never falls (kappa = 0)."""
    peak_per_s: float | None
    ceiling_per_s: float | None
    """lambda / sigma, the limit for kappa = 0; None for sigma = 0."""
    peak_reached: bool
    """Whether ``peak_users`` lies within the users measured. Otherwise it is an extrapolation: say so."""
    deviation: float
    """Root mean square of what the law misses the steps by, as a share of each step's throughput.

    Not R squared: a sweep of one server is flat from its first user on, and leaves next to no variance to explain.
    """

    def throughput_per_s(self, users: float) -> float:
        linear = 1 + self.contention * (users - 1) + self.coherency * users * (users - 1)
        return self.rate_per_s * users / linear


@dataclass(frozen=True, slots=True)
class LittleCheck:
    """L = X W for one closed step, each side measured on its own; a ratio far from 1 means that samples are wrong."""

    phase: str
    users: int
    in_flight: float
    """L: time-average of requests sent and not done."""
    throughput_per_s: float
    """X: requests done per second, whatever their outcome."""
    service_s: float
    """W: mean of done - sent over the same requests."""
    ratio: float | None
    """in_flight / (throughput x service)."""


@dataclass(frozen=True, slots=True)
class OverloadBound:
    """What an open phase beyond capacity could have had at best, beside what it had."""

    phase: str
    start_ns: int
    end_ns: int
    arrivals: int
    offered_per_s: float
    capacity_per_s: float
    """Pooled estimate from the sweep; answers per second of this phase where ``sweep_exceeded``."""
    capacity_per_s_upper: float
    """One-sided 99.9 % upper prediction limit of the capacity over the length of this phase: what the bound uses."""
    deadline_ms: Decimal
    servable: int
    """Most arrivals that any server of ``capacity_per_s_upper`` could have finished within the deadline."""
    in_time: int
    """Arrivals that were: outcome ok and response_ms <= deadline_ms."""
    sweep_exceeded: bool = False
    """Whether the phase gave more answers than the sweep's limit allows: the sweep, disturbed by its host, found less
    than the capacity, and the bound rests on what this phase itself showed."""

    @property
    def availability_bound(self) -> float:
        return self.servable / self.arrivals

    @property
    def availability(self) -> float:
        return self.in_time / self.arrivals

    @property
    def unservable_share(self) -> float:
        """Share of the arrivals that no server of that capacity could have served in time."""
        return 1 - self.availability_bound


@dataclass(frozen=True, slots=True)
class Recovery:
    """How long one fault was felt. Good is: outcome ok within the deadline, by bins of arrivals (see ``recovery``)."""

    fault: str
    kind: str
    applied_ns: int
    healed_ns: int | None
    level_before: float | None
    """Share of good arrivals just before; None where there were none, and then nothing else can be said."""
    recovery_s: float | None
    """From apply until goodput was back for good; 0.0 where it never left. None: see ``censored_s``."""
    censored_s: float | None
    """Not back within this time, after which the phase ended or the next fault came; None where it was."""
    due: int
    """Arrivals from apply until recovery or the end of watching."""
    lost: int
    """Of those, the ones that were not good."""
    too_brief: bool = False
    """Whether watching ended before anything could be told: too few bins after it was healed, or the last ones back."""

    @property
    def downtime_s(self) -> float | None:
        """Seconds of full downtime that lose as much: lost / arrivals per second meanwhile. None: did not recover."""
        if self.recovery_s is None:
            return None
        return self.recovery_s * self.lost / self.due if self.due else 0.0


@dataclass(frozen=True, slots=True)
class NinesRow:
    """How many faults like these a year allows at one availability, if each costs what it lost."""

    availability: Decimal
    downtime_s_per_year: Decimal
    """(1 - availability) x 365.25 days, exact."""
    faults_per_year: dict[str, float | None]
    """Fault id -> allowed / ``Recovery.downtime_s``. None: it cost nothing, or did not recover."""


@dataclass(frozen=True, slots=True)
class SupportableAvailability:
    """The best availability that this many requests can show at 95 %, all of them having succeeded."""

    requests: int
    availability: float
    """0.05 ** (1 / requests), rounded down to nine decimals."""


@dataclass(frozen=True, slots=True)
class CapacityFindings:
    """Everything about capacity and the way to 100 %, in the order in which a report tells it."""

    sweep: tuple[SweepStep, ...]
    """Ascending users; empty without closed phases."""
    capacity: MeasuredCapacity | None
    usl: UslFit | None
    """None with fewer than five numbers of users."""
    little: tuple[LittleCheck, ...]
    overloads: tuple[OverloadBound, ...]
    """Open phases whose offered rate exceeds the capacity; empty where the sweep did not saturate the target."""
    recoveries: tuple[Recovery, ...]
    nines: tuple[NinesRow, ...]
    """99 % to 99.999 %; empty without recoveries."""
    supportable: SupportableAvailability | None
    """None without samples."""
