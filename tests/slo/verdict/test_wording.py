"""No sentence says more than was shown."""

from decimal import Decimal

from slo.verdict.wording import percent, percent_at_most, plural


def test_shares_are_rounded_down_so_that_only_all_is_a_hundred_percent() -> None:
    assert percent(0.99999999) == "99.9999 %"
    assert percent(1.0) == "100 %"
    assert percent(0.5) == "50 %"


def test_upper_bounds_are_rounded_up() -> None:
    assert percent_at_most(0.98000001) == "98.0001 %"


def test_targets_are_written_in_full() -> None:
    assert percent(Decimal("0.9999995")) == "99.99995 %"
    assert percent(Decimal(0)) == "0 %"


def test_numbers_agree_with_their_nouns() -> None:
    assert (plural(1, "request"), plural(2995, "request")) == ("1 request", "2,995 requests")
