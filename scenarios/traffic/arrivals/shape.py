"""What every arrival shape is: parameters, as a scenario writes them, and the due times that follow. Pure."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import islice
from typing import Annotated, NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from scenarios.quantities import NS_PER_SECOND
from scenarios.traffic.streams import array_stream

BATCH = 4096
"""Due times that are worked out at once: enough to be cheap, few enough not to hold up a sender."""
_FAR_NS = float(2**62)

Floats: TypeAlias = NDArray[np.float64]
Nanoseconds: TypeAlias = NDArray[np.int64]
T = TypeVar("T")

Level = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
"""A rate in proportion to the other levels of its shape; how much that is follows from the mean rate."""


class Misfit(NamedTuple):
    """Why a shape cannot fill a phase of some length: the parameter that should change, its value and the rule."""

    field: str
    value: object
    rule: str


class ArrivalShape(BaseModel, ABC):
    """A shape keeps the mean rate that it is given; its own parameters say how arrivals lie around it.

    Each has a field ``shape``, its name, with the name as default.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    @abstractmethod
    def batches(self, rate_per_s: float, length_ns: int, draws: np.random.Generator) -> Iterator[Nanoseconds]:
        """Due times since the phase's start, in order; they may go on beyond ``length_ns``, even without end.

        ``rate_per_s`` is above 0 and the mean over ``length_ns``, exactly or in expectation.
        """

    def misfit(self, length_ns: int) -> Misfit | None:  # noqa: ARG002
        """What keeps it from filling a phase of this length, if anything does."""
        return None

    def described(self) -> dict[str, JsonValue]:
        """Name and parameters, as records keep them."""
        return self.model_dump(mode="json", exclude_none=True)


def due_times(
    shape: ArrivalShape, rate_per_s: float, start_ns: int, end_ns: int, *, seed: int, name: str
) -> Iterator[int]:
    """When arrivals are due in ``[start_ns, end_ns)``, in order: ns since the run's start.

    They follow from the arguments alone; ``name``, the phase's, keeps its draws apart from those of other phases.
    """
    if rate_per_s <= 0:
        return
    length_ns = end_ns - start_ns
    for batch in shape.batches(rate_per_s, length_ns, array_stream(seed, name, "arrivals")):
        inside = batch[: np.searchsorted(batch, length_ns)]
        yield from (start_ns + inside).tolist()
        if len(inside) < len(batch):
            return


def share(of_all: Iterator[T], worker: int, workers: int) -> Iterator[T]:
    """What falls to one worker: every ``workers``-th, beginning with its own number.

    Each worker walks the whole schedule for it, so that the schedule cannot depend on how many there are.
    """
    return islice(of_all, worker, None, workers)


def whole_ns(times_s: Floats) -> Nanoseconds:
    """Seconds as ns, rounded down. What no run lasts to is cut, so that it fits."""
    return np.minimum(times_s * NS_PER_SECOND, _FAR_NS).astype(np.int64)


def unit_exponentials(draws: np.random.Generator, number: int = BATCH) -> Floats:
    """Exponentially distributed with mean 1.

    Inverse transform instead of numpy's ziggurat: doubles in [0, 1) are what every release draws alike.
    """
    return -np.log1p(-draws.random(number))
