"""Checks that the record in the middle adds up: every scheduled arrival is one row with one outcome."""

import polars as pl

from slo.errors import AccountingError
from slo.history import Outcome, RunRecord, RunStatus
from slo.verdict.model import Accounting

_UNFINISHED = (RunStatus.RUNNING, RunStatus.FAILED)
"""Runs that were killed or broke down count nothing; their samples are what could be saved."""


def account(record: RunRecord, samples: pl.DataFrame) -> Accounting:
    """Raises :class:`~slo.errors.AccountingError` where samples are missing, surplus, double or without outcome."""
    counts = dict(samples["outcome"].cast(pl.String).value_counts().iter_rows())
    outcomes = {outcome.value: int(counts.get(outcome.value, 0)) for outcome in Outcome}
    if sum(outcomes.values()) != samples.height:
        raise AccountingError(f"{samples.height - sum(outcomes.values())} samples have no outcome")
    if double := samples.height - samples.select("worker", "arrival").n_unique():
        raise AccountingError(f"{double} samples repeat an arrival of the same worker")
    if record.scheduled != samples.height and record.status not in _UNFINISHED:
        raise AccountingError(
            f"{record.scheduled} arrivals were scheduled, but there are {samples.height} samples: "
            "the run folder is damaged, or the generator lost count"
        )
    return Accounting(scheduled=record.scheduled, rows=samples.height, outcomes=outcomes)
