"""Fits the Universal Scalability Law to a sweep (N. Gunther, Guerrilla Capacity Planning, 2007, eq. 4.33)."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from slo.capacity.model import UslFit

_USER_COUNTS_MIN = 5
"""Three parameters pass through nearly any three or four points: what such a fit says is not evidence."""
_NEGLIGIBLE = 1e-3
"""A coefficient that takes less than this share of throughput anywhere in the data is dust of the fit: none."""


def fit_usl(users: Sequence[int], throughput_per_s: Sequence[float]) -> UslFit | None:
    """Least squares with no coefficient below zero. None with fewer than five different numbers of users.

    Residuals are relative, as the noise of a count is to the count: the small steps weigh as much as the large.
    """
    from scipy.optimize import least_squares  # noqa: PLC0415 - slow to load, and only sweeps need it

    if len(set(users)) < _USER_COUNTS_MIN or min(throughput_per_s) <= 0:
        return None
    n, x = np.asarray(users, dtype=np.float64), np.asarray(throughput_per_s, dtype=np.float64)

    def residuals(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
        return _throughput(n, parameters) / x - 1

    start = np.array([float(np.max(x / n)), 0.1, 0.001])
    found = least_squares(residuals, start, bounds=(0, np.inf), x_scale=[start[0], 0.1, 0.001], xtol=1e-14, ftol=1e-14)
    return _described(n, x, found.x)


def _throughput(n: NDArray[np.float64], parameters: NDArray[np.float64]) -> NDArray[np.float64]:
    rate, contention, coherency = parameters
    return np.asarray(rate * n / (1 + contention * (n - 1) + coherency * n * (n - 1)), dtype=np.float64)


def _described(n: NDArray[np.float64], x: NDArray[np.float64], parameters: NDArray[np.float64]) -> UslFit:
    most = float(n.max())
    rate, contention, coherency = (float(figure) for figure in parameters)
    contention = contention if contention * (most - 1) > _NEGLIGIBLE else 0.0
    coherency = coherency if coherency * most * (most - 1) > _NEGLIGIBLE else 0.0
    peak = max(1.0, sqrt(max(0.0, 1 - contention) / coherency)) if coherency else None
    at_peak = None if peak is None else float(_throughput(np.array([peak]), parameters)[0])
    return UslFit(
        rate_per_s=rate,
        contention=contention,
        coherency=coherency,
        peak_users=peak,
        peak_per_s=at_peak,
        ceiling_per_s=rate / contention if contention else None,
        peak_reached=peak is not None and peak <= most,
        deviation=float(np.sqrt(np.mean((_throughput(n, parameters) / x - 1) ** 2))),
    )
