"""Latency of each operation, from raw values."""

from decimal import Decimal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slo.statistics import TooFewValuesError, nearest_rank, quantile_upper_bound
from slo.verdict.model import Latency

_MEDIAN, _P99 = Decimal("0.5"), Decimal("0.99")


def latencies(samples: pl.DataFrame) -> list[Latency]:
    """One per venue and operation of which anything was done, by name. ``samples`` with derived columns."""
    parts = (
        samples.filter(pl.col("done_ns").is_not_null())
        .select(pl.col("venue", "op").cast(pl.String), "response_ms", "service_ms")
        .partition_by("venue", "op", as_dict=True)
    )
    return [_latency(str(venue), str(op), part) for (venue, op), part in sorted(parts.items())]


def _latency(venue: str, op: str, part: pl.DataFrame) -> Latency:
    response = part["response_ms"].to_numpy()
    service = part["service_ms"].drop_nulls().to_numpy()
    return Latency(
        venue=venue,
        op=op,
        done=part.height,
        response_ms_p50=_at(response, _MEDIAN),
        response_ms_p99=_at(response, _P99),
        response_ms_p99_upper=_bound(response),
        response_ms_max=_at(response, Decimal(1)),
        service_ms_p50=_at(service, _MEDIAN) if service.size else None,
        service_ms_p99=_at(service, _P99) if service.size else None,
    )


def _at(values: NDArray[np.float64], quantile: Decimal) -> float:
    figure = nearest_rank(values, quantile)
    if figure is None:
        raise ValueError("a quantile of no values")
    return round(figure, 6)


def _bound(values: NDArray[np.float64]) -> float | None:
    try:
        return round(quantile_upper_bound(values, _P99), 6)
    except TooFewValuesError:
        return None
