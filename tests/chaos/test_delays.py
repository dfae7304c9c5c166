"""How delays are spread: each distribution against what it is asked to be, drawn from hashes alone."""

import math
import statistics

import pytest
from scipy import stats

from chaos.draws import Draws
from chaos.errors import InvalidFault
from chaos.kinds.wire.latency import Latency

COUNT = 4_000


def drawn_ms(fault: Latency) -> list[float]:
    return [fault.held_ns(Draws(1, "f", ordinal)) / 1e6 for ordinal in range(COUNT)]


def test_constant_is() -> None:
    assert set(drawn_ms(Latency(20, distribution="constant"))) == {20.0}


def test_uniform_spreads_over_twice_the_jitter() -> None:
    assert stats.kstest(drawn_ms(Latency(100, 40)), stats.uniform(60, 80).cdf).pvalue > 0.001


def test_normal_has_mean_and_deviation() -> None:
    assert stats.kstest(drawn_ms(Latency(100, 10, "normal")), stats.norm(100, 10).cdf).pvalue > 0.001


@pytest.mark.parametrize("distribution", ["lognormal", "pareto"])
def test_long_tails_keep_their_mean(distribution: str) -> None:
    drawn = drawn_ms(Latency(100, 30, distribution))
    assert min(drawn) > 0
    assert statistics.fmean(drawn) == pytest.approx(100, rel=0.05)
    assert stats.skew(drawn) > 0.3


def test_lognormal_is_one() -> None:
    logs = [math.log(each) for each in drawn_ms(Latency(100, 30, "lognormal"))]
    assert stats.kstest(logs, stats.norm(statistics.fmean(logs), statistics.stdev(logs)).cdf).pvalue > 0.001


def test_a_trace_draws_what_was_recorded_and_all_of_it_alike() -> None:
    drawn = drawn_ms(Latency(0, distribution="trace", trace_ms="1, 5 20\n400"))
    assert set(drawn) == {1.0, 5.0, 20.0, 400.0}
    assert stats.chisquare([drawn.count(each) for each in (1.0, 5.0, 20.0, 400.0)]).pvalue > 0.001


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"distribution": "gamma"}, r"with\.distribution: 'gamma' must be one of"),
        ({"distribution": "trace"}, r"with\.trace_ms: '' must be given"),
        ({"distribution": "trace", "trace_ms": "1 fast"}, r"with\.trace_ms: 'fast' must be a number"),
        ({"distribution": "constant", "jitter_ms": 1}, r"with\.jitter_ms: 1 cannot be given"),
        ({"jitter_ms": 20}, r"with\.jitter_ms: 20 must not exceed latency_ms"),
    ],
)
def test_what_cannot_be_is_refused(parameters: dict[str, str | float], told: str) -> None:
    with pytest.raises(InvalidFault, match=told):
        Latency(latency_ms=10, **parameters)  # type: ignore[arg-type]
