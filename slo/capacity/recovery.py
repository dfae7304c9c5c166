"""How long a fault is felt, and how many of its kind a year allows.

Arrivals are binned by when they were due, 250 ms to a bin. A bin is *back* when its share of good arrivals (outcome
ok within the deadline) is not below the level before the fault by more than chance (2.33 deviations of the bin's
count, one-sided 1 %) or one percentage point, whichever is more; a bin without arrivals says nothing. The level before
is that of the last two seconds before apply, no further back than the phase's start and the recovery of an earlier
fault. The fault is over with the first four bins in a row that are back, the last of which ends after it was healed;
recovery lasts from apply to the end of the last bin before those that was not back. If there is none it was never
felt, and recovery is 0. Watching ends with the phase, or when the next fault is applied: a fault not over by then is
censored: its recovery took longer than that, or was watched too briefly to tell. A fault that no request met and that
lost nothing has no recovery.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

import polars as pl

from slo.capacity.model import NinesRow, Recovery
from slo.history import Event, EventKind, FaultRecord, Outcome, RunRecord, faults_seen

NS_PER_S = 1_000_000_000
BIN_NS = 250_000_000
_BINS_BACK = 4
_BEFORE_NS = 2 * NS_PER_S
_TOLERANCE = 0.01
_ONE_SIDED_1_PERCENT = 2.326
_YEAR_S = Decimal("365.25") * 24 * 60 * 60
_NINES = tuple(Decimal(figure) for figure in ("0.99", "0.999", "0.9999", "0.99999"))


def recoveries(record: RunRecord, samples: pl.DataFrame, events: Sequence[Event]) -> tuple[Recovery, ...]:
    """One per fault that was applied and met anything, in order of time. ``samples`` with derived columns."""
    times = {fault.id: _first(EventKind.FAULT_APPLIED, fault.id, events) for fault in record.faults}
    applied = sorted((at_ns, fault_id) for fault_id, at_ns in times.items() if at_ns is not None)
    faults = {fault.id: fault for fault in record.faults}
    next_applied = [*(at_ns for at_ns, _ in applied[1:]), None][: len(applied)]
    arrivals = _arrivals(record, samples)
    found: list[Recovery] = []
    for (at_ns, fault_id), next_ns in zip(applied, next_applied, strict=True):
        watch = _Watch.over(record, at_ns, next_ns, _felt_until(found))
        found.append(_recovery(faults[fault_id], watch, arrivals, events))
    touching = faults_seen(samples)
    return tuple(one for one in found if one.fault in touching or one.lost or one.level_before is None)


def _felt_until(earlier: Sequence[Recovery]) -> int:
    """Until when the fault before was felt: what came in that time is no level to return to."""
    if not earlier:
        return 0
    return earlier[-1].applied_ns + round((earlier[-1].recovery_s or 0.0) * NS_PER_S)


def nines(found: Sequence[Recovery]) -> tuple[NinesRow, ...]:
    """99 % to 99.999 %; empty where no fault was applied."""
    return tuple(_row(availability, found) for availability in _NINES) if found else ()


@dataclass(frozen=True, slots=True)
class _Watch:
    """From before a fault was applied to when another cause may have been at work."""

    before_ns: int
    applied_ns: int
    end_ns: int

    @classmethod
    def over(cls, record: RunRecord, applied_ns: int, next_applied_ns: int | None, quiet_from_ns: int) -> "_Watch":
        phase = next((phase for phase in record.phases if phase.start_ns <= applied_ns < phase.end_ns), None)
        start_ns, end_ns = (phase.start_ns, phase.end_ns) if phase else (0, applied_ns)
        end_ns = end_ns if next_applied_ns is None else min(end_ns, next_applied_ns)
        return cls(max(start_ns, applied_ns - _BEFORE_NS, quiet_from_ns), applied_ns, end_ns)


@dataclass(frozen=True, slots=True)
class _Bin:
    start_ns: int
    good: int
    due: int

    def back(self, level: float) -> bool:
        """Whether the share of good ones is that of before, as far as so few can tell."""
        by_chance = _ONE_SIDED_1_PERCENT * sqrt(level * (1 - level) / self.due)
        return self.good / self.due >= level - max(_TOLERANCE, by_chance)


def _recovery(fault: FaultRecord, watch: _Watch, arrivals: pl.DataFrame, events: Sequence[Event]) -> Recovery:
    healed_ns = _first(EventKind.FAULT_HEALED, fault.id, events)
    level = _level(arrivals, watch)
    bins = [] if level is None else _bins(arrivals, watch)
    over_ns = None if level is None else _over(bins, level, watch.applied_ns, healed_ns)
    felt = bins if over_ns is None else [part for part in bins if part.start_ns < over_ns]
    watched_s = (watch.end_ns - watch.applied_ns) / NS_PER_S
    return Recovery(
        fault=fault.id,
        kind=fault.kind,
        applied_ns=watch.applied_ns,
        healed_ns=healed_ns,
        level_before=level,
        recovery_s=None if over_ns is None else (over_ns - watch.applied_ns) / NS_PER_S,
        censored_s=watched_s if over_ns is None and level is not None else None,
        due=sum(part.due for part in felt),
        lost=sum(part.due - part.good for part in felt),
        too_brief=over_ns is None and level is not None and _too_brief(bins, level, healed_ns),
    )


def _too_brief(bins: Sequence[_Bin], level: float, healed_ns: int | None) -> bool:
    """Whether a fault that was not seen to be over may have been: more bins might have shown it."""
    if healed_ns is None:
        return False
    after = [part for part in bins if part.start_ns + BIN_NS > healed_ns]
    return len(after) < _BINS_BACK or after[-1].back(level)


def _over(bins: Sequence[_Bin], level: float, applied_ns: int, healed_ns: int | None) -> int | None:
    """When goodput was back for good; ``applied_ns`` if it never left, None if it did not come back."""
    if healed_ns is None:
        return None
    back = [part.back(level) for part in bins]
    for index in range(len(bins) - _BINS_BACK + 1):
        last = bins[index + _BINS_BACK - 1]
        if all(back[index : index + _BINS_BACK]) and last.start_ns + BIN_NS > healed_ns:
            return _end_of_last_felt(bins[:index], back, applied_ns)
    return None


def _end_of_last_felt(bins: Sequence[_Bin], back: Sequence[bool], applied_ns: int) -> int:
    felt = [part.start_ns + BIN_NS for part, is_back in zip(bins, back, strict=False) if not is_back]
    return felt[-1] if felt else applied_ns


def _arrivals(record: RunRecord, samples: pl.DataFrame) -> pl.DataFrame:
    """``scheduled_ns`` and ``good``, for every arrival."""
    in_time = pl.col("response_ms") <= float(record.deadline_ms)
    good = (pl.col("outcome") == Outcome.OK.value) & in_time.fill_null(value=False)
    return samples.select("scheduled_ns", good=good)


def _level(arrivals: pl.DataFrame, watch: _Watch) -> float | None:
    before = arrivals.filter(pl.col("scheduled_ns").is_between(watch.before_ns, watch.applied_ns, closed="left"))
    return float(before["good"].sum()) / before.height if before.height else None


def _bins(arrivals: pl.DataFrame, watch: _Watch) -> list[_Bin]:
    """Bins with arrivals, from apply on; only those that end before watching does."""
    whole_ns = (watch.end_ns - watch.applied_ns) // BIN_NS * BIN_NS
    number = (pl.col("scheduled_ns") - watch.applied_ns) // BIN_NS
    rows = (
        arrivals.filter(pl.col("scheduled_ns").is_between(watch.applied_ns, watch.applied_ns + whole_ns, closed="left"))
        .group_by(bin=number)
        .agg(good=pl.col("good").sum(), due=pl.len())
        .sort("bin")
    )
    return [_Bin(watch.applied_ns + number * BIN_NS, good, due) for number, good, due in rows.iter_rows()]


def _row(availability: Decimal, found: Sequence[Recovery]) -> NinesRow:
    downtime_s = (1 - availability) * _YEAR_S
    allowed = {one.fault: float(downtime_s) / one.downtime_s if one.downtime_s else None for one in found}
    return NinesRow(availability, downtime_s, allowed)


def _first(kind: EventKind, fault_id: str, events: Sequence[Event]) -> int | None:
    return next((event.at_ns for event in events if event.kind is kind and event.subject == fault_id), None)
