"""How late orders came, from nothing but when they came. Pure: knows no process and no clock.

A client that was told a rate owes an order every ``1 / rate``. Where its schedule begins is fitted: as early as the
earliest of its orders allows, so that the best of them has no lag and all others what they came later than that. What
the way and the responder take is the same for every order but for its variation, which counts as lag for all clients.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NS_PER_S = 1e9
NS_PER_MS = 1e6
Times = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lateness:
    """``sent_share``: of the orders that were due in the time that was looked at."""

    sent_share: float
    p50_ms: float
    p99_ms: float


def lateness(at_ns: Times, stream: Times, rate_per_s: float, begin_ns: int, end_ns: int) -> Lateness:
    """Of the orders from ``begin_ns`` to ``end_ns``, ``rate_per_s`` in all, where every stream keeps an even pace.

    ``at_ns`` and ``stream`` have an entry for each order; a client with one schedule has one stream. Raises ValueError
    where there is none.
    """
    seen = (at_ns >= begin_ns) & (at_ns < end_ns)
    if not seen.any():
        raise ValueError("no order came in the time that is looked at")
    streams = np.unique(stream[seen])
    period_ns = NS_PER_S * len(streams) / rate_per_s
    late = np.concatenate([_late(at_ns[seen & (stream == each)], period_ns) for each in streams])
    p50, p99 = np.quantile(late / NS_PER_MS, (0.5, 0.99), method="inverted_cdf")
    due = rate_per_s * (end_ns - begin_ns) / NS_PER_S
    return Lateness(sent_share=float(seen.sum() / due), p50_ms=float(p50), p99_ms=float(p99))


def _late(at_ns: Times, period_ns: float) -> NDArray[np.float64]:
    """Of the orders of one stream, in their order, after a schedule as early as they allow."""
    after_own_turn: NDArray[np.float64] = np.sort(at_ns) - at_ns.min() - np.arange(len(at_ns)) * period_ns
    return after_own_turn - np.min(after_own_turn)
