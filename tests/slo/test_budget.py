"""What a target allows and what a run spent of it."""

from decimal import Decimal

from slo.budget import budget_of
from slo.objectives.counting import Counted, Part


def counted(bad: int, total: int) -> Counted:
    parts = (Part("steady", 0, total // 2), Part("surge", bad, total - total // 2))
    return Counted({}, total - bad, total, parts, (Part("(none)", bad, total),))


def test_a_budget_in_events_and_minutes_of_a_month() -> None:
    # 0.1 % of 20,000 events is 20; of 30 x 24 x 60 = 43,200 minutes 43.2; 5 of 20,000 bad is 10.8 minutes.
    budget = budget_of(Decimal("0.999"), counted(5, 20_000))
    assert (str(budget.events_allowed), budget.events_spent, str(budget.events_remaining)) == ("20", 5, "15")
    assert (str(budget.minutes_allowed), str(budget.minutes_spent)) == ("43.2", "10.8")
    assert str(budget.minutes_remaining) == "32.4"
    assert budget.spent_share == 0.25


def test_a_budget_goes_negative_when_overspent() -> None:
    budget = budget_of(Decimal("0.999"), counted(50, 20_000))
    assert budget.events_remaining == -30
    assert str(budget.minutes_remaining) == "-64.8"
    assert budget.spent_share == 2.5


def test_parts_of_events_are_allowed() -> None:
    assert str(budget_of(Decimal("0.999"), counted(0, 1_457)).events_allowed) == "1.457"


def test_without_events_no_minutes_are_known() -> None:
    budget = budget_of(Decimal("0.9"), Counted({}, 0, 0, (), ()))
    assert budget.minutes_spent is None
    assert budget.minutes_remaining is None
    assert budget.spent_share is None
    assert str(budget.minutes_allowed) == "4320"


def test_spending_names_each_part_with_its_share_of_the_bad() -> None:
    budget = budget_of(Decimal("0.9"), counted(4, 10))
    assert [(part.name, part.bad, part.total, part.share) for part in budget.by_phase] == [
        ("steady", 0, 5, 0.0),
        ("surge", 4, 5, 1.0),
    ]
