"""How long something is held: the distributions that the kinds of delay share, drawn through their inverse CDFs."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from types import MappingProxyType

from chaos.draws import Draws
from chaos.errors import InvalidFault
from chaos.kinds.parameters import check_parameters, parameter, share_of_requests

MS_MAX = 3_600_000.0
"""No delay is longer, whatever was drawn from a tail."""
_NS_PER_MS = 1_000_000
_STANDARD = NormalDist()
_SMALLEST = 2.0**-54
"""Half the step of a draw: keeps 0, where a normal distribution has no value, out of its inverse."""


def _uniform(mean_ms: float, half_width_ms: float, share: float) -> float:
    return mean_ms + half_width_ms * (2 * share - 1)


def _normal(mean_ms: float, deviation_ms: float, share: float) -> float:
    return mean_ms + deviation_ms * _STANDARD.inv_cdf(share + _SMALLEST)


def _lognormal(mean_ms: float, deviation_ms: float, share: float) -> float:
    """With mu and sigma of the logarithm such that the delay itself has the mean and the standard deviation given."""
    variance = math.log1p((deviation_ms / mean_ms) ** 2)
    return math.exp(_normal(math.log(mean_ms) - variance / 2, math.sqrt(variance), share))


def _pareto(mean_ms: float, deviation_ms: float, share: float) -> float:
    """Pareto type I: shape a and smallest delay follow from mean m and deviation s: (m / s)^2 = a (a - 2)."""
    shape = 1 + math.sqrt(1 + (mean_ms / deviation_ms) ** 2)
    smallest_ms = mean_ms * (shape - 1) / shape
    return float(smallest_ms * (1 - share) ** (-1 / shape))


_DRAWN: Mapping[str, Callable[[float, float, float], float]] = MappingProxyType(
    {"uniform": _uniform, "normal": _normal, "lognormal": _lognormal, "pareto": _pareto}
)
"""From latency_ms, jitter_ms and a share in [0, 1) to the delay that this share of all delays does not exceed."""

DISTRIBUTIONS = ("constant", *_DRAWN, "trace")


@dataclass(frozen=True, slots=True)
class Delay:
    """The parameters of a delay."""

    latency_ms: float = parameter(
        "mean delay; for a trace, what is added to each recorded delay", at_least=0, at_most=MS_MAX
    )
    jitter_ms: float = parameter(
        "spread of the delay: half-width of a uniform one, standard deviation of the others",
        default=0.0,
        at_least=0,
        at_most=MS_MAX,
    )
    distribution: str = parameter("how delays are spread", default="uniform", choices=DISTRIBUTIONS)
    trace_ms: str = parameter(
        "recorded delays for a trace, divided by spaces, commas or line ends; each is drawn alike", default=""
    )
    probability: float = share_of_requests()

    def __post_init__(self) -> None:
        check_parameters(self)
        if self.distribution in ("constant", "trace") and self.jitter_ms:
            raise InvalidFault("with.jitter_ms", self.jitter_ms, f"cannot be given: {self.distribution} has none")
        if self.distribution == "uniform" and self.jitter_ms > self.latency_ms:
            raise InvalidFault("with.jitter_ms", self.jitter_ms, "must not exceed latency_ms: no delay is negative")
        if self.distribution in ("lognormal", "pareto") and self.jitter_ms and not self.latency_ms:
            raise InvalidFault("with.latency_ms", self.latency_ms, f"must be above 0 for {self.distribution}")
        if (self.distribution == "trace") != bool(self.trace_ms):
            raise InvalidFault(
                "with.trace_ms", self.trace_ms, "must be given for the distribution trace, and only for it"
            )
        if self.trace_ms:
            recorded_ms(self.trace_ms)

    def held_ns(self, draws: Draws) -> int:
        """How long the request of these draws is held."""
        return round(min(MS_MAX, max(0.0, self._held_ms(draws))) * _NS_PER_MS)

    def _held_ms(self, draws: Draws) -> float:
        if self.distribution == "trace":
            recorded = recorded_ms(self.trace_ms)
            return self.latency_ms + recorded[int(draws.uniform("jitter") * len(recorded))]
        if not self.jitter_ms:
            return self.latency_ms
        return _DRAWN[self.distribution](self.latency_ms, self.jitter_ms, draws.uniform("jitter"))


@lru_cache(maxsize=16)
def recorded_ms(text: str) -> tuple[float, ...]:
    """The numbers of a trace. Raises InvalidFault for the first that is none, or no delay."""
    numbers = tuple(_recorded(word) for word in text.replace(",", " ").split())
    if not numbers:
        raise InvalidFault("with.trace_ms", text, "must hold at least one number")
    return numbers


def _recorded(word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    if not 0 <= number <= MS_MAX:
        raise InvalidFault("with.trace_ms", word, f"must be a number of milliseconds from 0 to {MS_MAX:g}")
    return number
