"""Paired rounds and what they say. Pure: knows no process and no clock.

A host's speed drifts, so contenders are never compared across minutes: each round measures all of them, forth and
back (A B B A), and only the ratio or difference within a round counts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

Figures = Mapping[str, float]
"""What one measurement of a contender found: figure to value."""
Round = Mapping[str, Sequence[float]]
"""``contender figure`` to its values in one round."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The median over the rounds, and the lowest and highest round."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


def forth_and_back(contenders: Sequence[str]) -> list[str]:
    """The order within a round: a drift that is linear in time weighs on all alike."""
    return [*contenders, *reversed(contenders)]


def measure_round(contenders: Mapping[str, Callable[[], Figures]]) -> Round:
    """Measure every contender twice, forth and back."""
    measured: dict[str, list[float]] = {}
    for name in forth_and_back(list(contenders)):
        for figure, value in contenders[name]().items():
            measured.setdefault(f"{name} {figure}", []).append(value)
    return measured


def measure_rounds(contenders: Mapping[str, Callable[[], Figures]], rounds: int) -> Iterator[Round]:
    """As many rounds as asked for, each given when it is done."""
    for _ in range(rounds):
        yield measure_round(contenders)


def spread(values: Sequence[float]) -> Spread:
    return Spread(median(values), min(values), max(values))


def level(rounds: Sequence[Round], of: str) -> Spread:
    """The values themselves."""
    return spread([fmean(measured[of]) for measured in rounds])


def ratio(rounds: Sequence[Round], of: str, to: str) -> Spread:
    """``of`` divided by ``to``, round by round."""
    return spread([fmean(measured[of]) / fmean(measured[to]) for measured in rounds])


def difference(rounds: Sequence[Round], of: str, to: str) -> Spread:
    """``of`` less ``to``, round by round."""
    return spread([fmean(measured[of]) - fmean(measured[to]) for measured in rounds])
