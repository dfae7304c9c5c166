"""What so many events can show: exact decisions, bounds for display, requests needed, quantiles of raw values.

Everything here takes requests as independent. Under faults they fail in clusters, which makes every interval
narrower than it should be; a verdict is about the traffic of this run.
"""

from slo.statistics.bounds import lower_bound, upper_bound
from slo.statistics.decision import ALPHA, CONFIDENCE, refutes_target, shows_target
from slo.statistics.quantiles import TooFewValuesError, nearest_rank, quantile_upper_bound, values_needed
from slo.statistics.requests import best_supportable, requests_needed

__all__ = [
    "ALPHA",
    "CONFIDENCE",
    "TooFewValuesError",
    "best_supportable",
    "lower_bound",
    "nearest_rank",
    "quantile_upper_bound",
    "refutes_target",
    "requests_needed",
    "shows_target",
    "upper_bound",
    "values_needed",
]
