"""Verdicts: met, missed or inconclusive, with the figures and the reasons behind them."""

from slo.verdict.deciding import judge, merge
from slo.verdict.model import (
    Accounting,
    AvailabilityInterval,
    BudgetVerdict,
    Generator,
    Latency,
    ObjectiveVerdict,
    Reason,
    ReasonKind,
    Spending,
    Status,
    Verdict,
)

__all__ = [
    "Accounting",
    "AvailabilityInterval",
    "BudgetVerdict",
    "Generator",
    "Latency",
    "ObjectiveVerdict",
    "Reason",
    "ReasonKind",
    "Spending",
    "Status",
    "Verdict",
    "judge",
    "merge",
]
