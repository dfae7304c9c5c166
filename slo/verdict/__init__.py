"""Verdicts: met, missed or inconclusive, with the figures and the reasons behind them."""

from slo.verdict.model import (
    Accounting,
    AvailabilityInterval,
    BudgetVerdict,
    Generator,
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
    "ObjectiveVerdict",
    "Reason",
    "ReasonKind",
    "Spending",
    "Status",
    "Verdict",
]
