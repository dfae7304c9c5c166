"""Error budgets: what a target allows, what a run spent, and where. May go negative; nothing is clamped."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from slo.objectives.counting import Counted, Part

MINUTES_PER_MONTH = Decimal(30 * 24 * 60)
_MINUTE_STEP = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Spent:
    """Bad events of one phase or fault; ``share`` of all bad ones."""

    name: str
    bad: int
    total: int
    share: float


@dataclass(frozen=True, slots=True)
class Budget:
    """``minutes_spent``: what the same month would cost, were all of it like this run. None without events."""

    events_allowed: Decimal
    events_spent: int
    events_remaining: Decimal
    minutes_allowed: Decimal
    minutes_spent: Decimal | None
    minutes_remaining: Decimal | None
    spent_share: float | None
    by_phase: tuple[Spent, ...]
    by_fault: tuple[Spent, ...]


def budget_of(target: Decimal, counted: Counted) -> Budget:
    """The budget of ``counted`` events at ``target``: in events of this run, and in minutes of a 30-day month."""
    allowed = _plain((1 - target) * counted.total)
    minutes_allowed = _plain((1 - target) * MINUTES_PER_MONTH)
    minutes_spent = _minutes_spent(counted)
    return Budget(
        events_allowed=allowed,
        events_spent=counted.bad,
        events_remaining=_plain(allowed - counted.bad),
        minutes_allowed=minutes_allowed,
        minutes_spent=minutes_spent,
        minutes_remaining=None if minutes_spent is None else _plain(minutes_allowed - minutes_spent),
        spent_share=round(float(counted.bad / allowed), 6) if allowed else None,
        by_phase=_spending(counted.by_phase, counted.bad),
        by_fault=_spending(counted.by_fault, counted.bad),
    )


def _minutes_spent(counted: Counted) -> Decimal | None:
    if counted.total == 0:
        return None
    return _plain((MINUTES_PER_MONTH * counted.bad / counted.total).quantize(_MINUTE_STEP))


def _spending(parts: Sequence[Part], bad: int) -> tuple[Spent, ...]:
    return tuple(Spent(part.name, part.bad, part.total, round(part.bad / bad, 6) if bad else 0.0) for part in parts)


def _plain(number: Decimal) -> Decimal:
    """Without trailing zeros or exponent, so that equal numbers have equal text."""
    whole = number.to_integral_value()
    return whole.quantize(Decimal(1)) if number == whole else number.normalize()
