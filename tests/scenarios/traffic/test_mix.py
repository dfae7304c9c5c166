"""What arrivals ask for: by weight, the same for the same seed, apart from every other phase."""

from collections import Counter
from itertools import islice

import pytest
from scipy import stats

from scenarios.traffic.mix import Ask, asks
from scenarios.traffic.streams import derived_seed
from slo.history import Operation


def test_the_mix_is_drawn_by_weight_and_so_are_symbols() -> None:
    weights = {Operation.ORDER_PLACE: 50, Operation.ORDER_CANCEL: 30, Operation.BOOK_READ: 20}
    drawn = Counter(islice(asks(weights, {"A": 9, "B": 1}, 3, "phase"), 20_000))
    expected = {
        Ask(operation, symbol): weight / 1000 * share * 20_000
        for operation, weight in weights.items()
        for symbol, share in (("A", 9), ("B", 1))
    }
    assert drawn.keys() == expected.keys()
    observed = [drawn[ask] for ask in expected]
    assert stats.chisquare(observed, list(expected.values())).pvalue > 0.001


def test_the_same_seed_asks_for_the_same() -> None:
    weights = {Operation.ORDER_PLACE: 1, Operation.BOOK_READ: 1}
    assert list(islice(asks(weights, {"A": 1}, 3, "p"), 50)) == list(islice(asks(weights, {"A": 1}, 3, "p"), 50))
    assert list(islice(asks(weights, {"A": 1}, 3, "p"), 50)) != list(islice(asks(weights, {"A": 1}, 3, "q"), 50))


@pytest.mark.parametrize("names", [("a", "b"), ("ab", ""), ("", "ab")])
def test_names_of_streams_do_not_run_together(names: tuple[str, str]) -> None:
    others = {("a", "b"), ("ab", ""), ("", "ab")} - {names}
    assert all(derived_seed(1, *names) != derived_seed(1, *other) for other in others)
