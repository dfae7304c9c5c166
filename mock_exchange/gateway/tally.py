"""How many requests of each kind ended how: plain integers, which the hot path adds to and metrics read."""

from enum import IntEnum

from mock_exchange.gateway.routes import OPERATIONS


class Ending(IntEnum):
    DONE = 0
    """2xx."""
    REJECTED = 1
    """4xx: the request was wrong, or the venue's rules said no."""
    SHED = 2
    """503: refused for the exchange's own sake, nothing was done."""
    FAILED = 3
    """5xx: a fault of ours."""
    THROTTLED = 4
    """429 and 418: the caller asked more than its limits allow."""


class Tally:
    """The counts themselves, from zero at the start of the exchange."""

    __slots__ = ("by_operation",)

    def __init__(self) -> None:
        self.by_operation: dict[str, list[int]] = {operation: [0] * len(Ending) for operation in OPERATIONS}

    def add(self, operation: str, ending: int) -> None:
        self.by_operation[operation][ending] += 1

    @property
    def shed(self) -> int:
        return sum(endings[Ending.SHED] for endings in self.by_operation.values())
