"""The verdict: what ``verdict.json`` holds. Values only; nothing here decides.

Counts are integers, targets and budgets exact decimals (strings in JSON). Shares and bounds are floats for display,
rounded to nine decimals: estimates to nearest, lower bounds down and upper bounds up, so that no printed bound claims
more than was shown. The JSON holds no clock and no path of a machine, so judging again gives the same bytes.
"""

import json
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from slo.feeds import FeedFigures
from slo.reconciliation import Source


class Status(StrEnum):
    """Three-valued: shown, refuted, or neither."""

    MET = "met"
    MISSED = "missed"
    INCONCLUSIVE = "inconclusive"


class ReasonKind(StrEnum):
    """Why a run cannot be judged as a whole, or an objective not at all."""

    NO_DATA = "no data"
    NO_SUCH_PHASE = "no such phase"
    TOO_FEW_REQUESTS = "too few requests"
    GENERATOR_LAGGED = "generator lagged"
    GENERATOR_DROPPED = "generator dropped arrivals"
    GENERATOR_STALLED = "generator stalled"
    GENERATOR_BUSY = "generator without a processor to spare"
    CLOCK_UNCERTAIN = "clock of a worker uncertain"
    NEVER_SUCCEEDED = "operation never succeeded"
    FAULT_TOUCHED_NOTHING = "fault touched nothing"
    FAULT_NOT_APPLIED = "fault not applied"
    FAULT_LEFT = "fault left behind"
    RUN_INCOMPLETE = "run incomplete"
    NO_OBJECTIVES = "no objectives"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class Reason(_Model):
    """One cause of an inconclusive verdict. ``subject``: the objective, fault, operation or phase it is about."""

    kind: ReasonKind
    subject: str
    message: str
    """What is the matter, with the figures, as a sentence."""
    settled_by: str
    """What would settle it, as a sentence."""


class Spending(_Model):
    """Bad events that one phase or fault accounts for. ``name`` is "(none)" where no phase or fault is known."""

    name: str
    bad: int
    total: int
    """Events of the objective in that phase, or touched by that fault."""
    share: float
    """``bad`` as a share of all bad events of the objective."""


class BudgetVerdict(_Model):
    """What the target allows and what was spent. Remaining budgets go negative when overspent."""

    events_allowed: Decimal
    """(1 - target) x total, exact."""
    events_spent: int
    events_remaining: Decimal
    minutes_allowed: Decimal
    """(1 - target) of a 30-day month of 43,200 minutes."""
    minutes_spent: Decimal | None
    """The same month's minutes, were all of it like this run: 43,200 x bad / total. None without events."""
    minutes_remaining: Decimal | None
    spent_share: float | None
    """spent / allowed; above 1 when overspent. None where nothing is allowed or nothing was counted."""
    by_phase: list[Spending]
    by_fault: list[Spending]


class ObjectiveVerdict(_Model):
    """One objective of one SLO, for one group where the SLO is judged per venue, operation or symbol."""

    name: str
    """Such as ``orders``, ``orders/strict`` or ``feed (binance)``: SLO, objective of several, group; unique."""
    slo: str
    """``metadata.name`` of the OpenSLO document."""
    description: str
    service: str
    file: str
    """File name of the document, without its folder."""
    group: dict[str, str]
    """Such as ``{"venue": "binance"}``; empty where the SLO is not judged per group."""
    target: Decimal
    good_query: str | None
    """Predicate that a good event fulfils; None where the SLO defines bad events."""
    bad_query: str | None
    total_query: str
    good: int
    bad: int
    total: int
    sli: float | None
    """good / total; None without events."""
    lower_bound: float | None
    """One-sided exact (Clopper-Pearson) bound at ``confidence``; so is the upper one."""
    upper_bound: float | None
    confidence: Decimal
    status: Status
    reason: str
    """Why this status, as a sentence with the figures."""
    settled_by: str | None
    """What would settle an inconclusive objective; None where it is settled."""
    budget: BudgetVerdict
    requests_needed: int | None
    """Requests that show the target when none fails. None where that takes none."""
    requests_needed_with_failures: int | None
    """Requests that would show it when no more fail than failed here. None unless inconclusive for want of them."""


class AvailabilityInterval(_Model):
    """Availability of one operation at one venue: [ok, ok + unknown] / all. It closes as unknowns are resolved."""

    venue: str
    op: str
    all: int
    ok: int
    unknown: int
    """Unknown when the run ended."""
    executed_once: int
    """Of the unknown: the source says that it was done once."""
    not_executed: int
    executed_twice: int
    duplicated: int = 0
    """Of all orders, whatever their client was told: the ledger shows more than one for the same arrival. By queries:
    of the unknown ones only."""
    lost: int = 0
    """Of the orders that were acknowledged, and count as ok: the ledger does not know them any more."""
    source: Source | None = None
    """Who says so; None where nobody does."""
    contradicted: int = 0
    """Client order ids of which the venue, when asked, said what its own ledger denies: a defect of the venue's."""
    unresolved: int
    """Of the unknown: nobody knows. 0 closes the interval."""
    lower: float
    """(ok + executed_once) / all."""
    upper: float
    """(ok + executed_once + unresolved) / all."""


class Latency(_Model):
    """Latency of one operation at one venue, over all its samples that were done. Quantiles by nearest rank."""

    venue: str
    op: str
    done: int
    response_ms_p50: float
    response_ms_p99: float
    response_ms_p99_upper: float | None
    """One-sided 95 % upper bound on the p99; None below the 299 samples that it takes."""
    response_ms_max: float
    service_ms_p50: float | None
    """None, like the p99, where nothing was sent (a recorded feed)."""
    service_ms_p99: float | None


class Accounting(_Model):
    """Every scheduled arrival is one row with one outcome."""

    scheduled: int
    rows: int
    outcomes: dict[str, int]
    """All outcomes, zeros included; their sum is ``rows``."""


class Generator(_Model):
    """Whether the load was what it was meant to be. Lags are None where nothing was sent (a recorded feed)."""

    lag_ms_p50: float | None
    lag_ms_p99: float | None
    lag_ms_max: float | None
    lag_ms_p99_allowed: float
    dropped: int
    dropped_share: float
    dropped_share_allowed: float
    calls: int | None = None
    """Requests that went out, retries and hedges included. This and all that follows: None where nothing is known."""
    pool_waits: int | None = None
    """Requests that had to wait for a connection."""
    stall_ms_max: float | None = None
    """The longest time that an event loop stood still."""
    stalled_share: float | None = None
    """Of the workers' time: stalls in seconds with one that is longer than the lag that is allowed."""
    stalled_share_allowed: float
    busy_share_max: float | None = None
    """Of a processor, used by the busiest worker in its busiest second."""
    full_share: float | None = None
    """Of the workers' seconds: those without a processor to spare."""
    full_share_allowed: float


class Verdict(_Model):
    """Contents of ``verdict.json``. ``status`` merges the objectives' and the reasons: missed > inconclusive > met."""

    format: int = 1
    run: str
    status: Status
    objectives: list[ObjectiveVerdict]
    reasons: list[Reason]
    """One for every inconclusive objective, then those of the run as a whole; empty where nothing is the matter."""
    availability: list[AvailabilityInterval]
    latency: list[Latency]
    accounting: Accounting
    generator: Generator
    feeds: FeedFigures | None = None
    """What subscribers heard; not written where the run had none."""

    def to_json(self) -> str:
        """The bytes of ``verdict.json``: sorted keys, two spaces, a newline at the end."""
        absent = {"feeds"} if self.feeds is None else None
        content = self.model_dump(mode="json", exclude=absent)
        return json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False) + "\n"
