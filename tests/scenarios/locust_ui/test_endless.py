"""``--arrivals``: shapes as a scenario writes them, where they need no end, and the rule where they cannot be."""

import itertools

import pytest

from scenarios.errors import ScenariosError
from scenarios.locust_ui.endless import endless_shape
from scenarios.traffic.arrivals import due_times

TEN_YEARS_NS = 10 * 365 * 24 * 3600 * 1_000_000_000
S = 1_000_000_000


@pytest.mark.parametrize(
    "written",
    [
        "constant",
        "poisson",
        "{shape: hawkes, branching: 0.5, decay: 50ms}",
        "{shape: burst, height: 10, length: 20ms, every: 200ms}",
        "{shape: modulated, levels: [1, 8], sojourns: [50ms, 100ms]}",
    ],
)
def test_a_shape_without_an_end_keeps_the_rate_from_the_beginning(written: str) -> None:
    shape = endless_shape(written, TEN_YEARS_NS)
    due_ns = list(itertools.islice(due_times(shape, 1000, 0, TEN_YEARS_NS, seed=1, name="arrivals"), 50_000))
    # The widest of them, Hawkes with branching 0.5, has a variance of 4 per arrival: 1 % is two standard deviations.
    assert due_ns[-1] == pytest.approx(50 * S, rel=0.1)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("ramp", "--arrivals ramp: needs a phase with an end"),
        ("{shape: replay, profile: crash-2025-10-10}", "needs a phase with an end"),
        ("sometimes", "is no shape of arrivals; there are constant, poisson"),
        ("{shape: hawkes}", "branching: Field required"),
        ("{shape: ", "is not YAML"),
        ("7", "must be the name of a shape"),
    ],
)
def test_what_cannot_be_is_told_with_its_rule(written: str, told: str) -> None:
    with pytest.raises(ScenariosError) as refused:
        endless_shape(written, TEN_YEARS_NS)
    assert told in str(refused.value)
