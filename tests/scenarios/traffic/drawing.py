"""Shapes as a scenario writes them, and their due times as arrays."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from pydantic import JsonValue, TypeAdapter

from scenarios.model.profiles import find_profile
from scenarios.traffic.arrivals import PROFILES, Arrivals, ArrivalShape, due_times
from scenarios.traffic.arrivals.shape import Floats, Nanoseconds

S = 1_000_000_000
CRASH = "crash-2025-10-10"
EXAMPLES: Mapping[str, JsonValue] = {
    "constant": "constant",
    "poisson": "poisson",
    "ramp": {"shape": "ramp", "from": 1, "to": 5},
    "step": {"shape": "step", "levels": [1, 4, 0, 2]},
    "burst": {"shape": "burst", "height": 10, "length": "20ms", "every": "200ms"},
    "modulated": {"shape": "modulated", "levels": [0, 1, 8], "sojourns": ["50ms", "100ms", "20ms"]},
    "hawkes": {"shape": "hawkes", "branching": 0.8, "decay": "50ms"},
    "replay": {"shape": "replay", "profile": CRASH, "from": "40m", "to": "50m"},
}
"""One of each, for phases of a second or more."""
_ARRIVALS: TypeAdapter[ArrivalShape] = TypeAdapter(Arrivals)


def shaped(written: JsonValue, folder: Path = Path()) -> ArrivalShape:
    """The shape, with profiles looked for in ``folder`` first."""
    return _ARRIVALS.validate_python(written, context={PROFILES: lambda name: find_profile(folder, name)})


def due(written: JsonValue, rate_per_s: float, seconds: float, seed: int = 1) -> Nanoseconds:
    """All due times of a phase, in ns since its start."""
    times = due_times(shaped(written), rate_per_s, 0, round(seconds * S), seed=seed, name="phase")
    return np.fromiter(times, dtype=np.int64)


def counts(due_ns: Nanoseconds, edges_s: Floats | list[float]) -> Nanoseconds:
    """How many arrivals there are between each two edges."""
    return np.histogram(due_ns, np.asarray(edges_s) * S)[0].astype(np.int64)


def surprise(observed: Nanoseconds, expected: Floats | list[float]) -> float:
    """The largest distance of Poisson counts from what is expected of them, in standard deviations."""
    means = np.asarray(expected, dtype=np.float64)
    return float(np.max(np.abs(observed - means) / np.sqrt(means)))
