"""Availability of each operation as an interval, [ok, ok + unknown] / all, which closes as unknowns are resolved."""

from collections.abc import Iterator, Mapping

import polars as pl

from slo.history import Operation, Outcome
from slo.reconciliation import Reconciliation
from slo.verdict.model import AvailabilityInterval

_NOTHING_RESOLVED = Reconciliation(executed_once=0, not_executed=0, executed_twice=0)


def availability(samples: pl.DataFrame, resolved: Mapping[str, Reconciliation]) -> list[AvailabilityInterval]:
    """One per venue and operation, by name. ``resolved``: venue -> what became of its unknown orders."""
    return list(_intervals(samples, resolved))


def _intervals(samples: pl.DataFrame, resolved: Mapping[str, Reconciliation]) -> Iterator[AvailabilityInterval]:
    for venue, op, count, ok, unknown in _counts(samples).iter_rows():
        orders = resolved.get(venue, _NOTHING_RESOLVED) if op == Operation.ORDER_PLACE else _NOTHING_RESOLVED
        unresolved = unknown - orders.executed_once - orders.not_executed - orders.executed_twice
        done = ok + orders.executed_once
        yield AvailabilityInterval(
            venue=venue,
            op=op,
            all=count,
            ok=ok,
            unknown=unknown,
            executed_once=orders.executed_once,
            not_executed=orders.not_executed,
            executed_twice=orders.executed_twice,
            duplicated=orders.duplicated,
            lost=orders.lost,
            source=orders.source if orders is not _NOTHING_RESOLVED else None,
            contradicted=orders.contradicted,
            unresolved=unresolved,
            lower=round(done / count, 9),
            upper=round((done + unresolved) / count, 9),
        )


def _counts(samples: pl.DataFrame) -> pl.DataFrame:
    return (
        samples.group_by(pl.col("venue").cast(pl.String), pl.col("op").cast(pl.String))
        .agg(
            all=pl.len(),
            ok=(pl.col("outcome") == Outcome.OK.value).sum(),
            unknown=(pl.col("outcome") == Outcome.UNKNOWN.value).sum(),
        )
        .sort("venue", "op")
    )
