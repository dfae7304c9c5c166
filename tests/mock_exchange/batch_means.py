"""The mean of values that depend on their neighbours, with an honest error.

Waits in a queue are correlated: treating them as independent understates the error several times over. Means of long
batches are nearly independent of each other, so their spread tells the error of the whole.
"""

import math
import statistics
from collections.abc import Sequence


def mean_with_error(values: Sequence[float], *, batches: int) -> tuple[float, float]:
    """Mean and standard error."""
    size = len(values) // batches
    means = [statistics.fmean(values[number * size : (number + 1) * size]) for number in range(batches)]
    return statistics.fmean(means), statistics.stdev(means) / math.sqrt(batches)
