"""What a client does with a request that was not answered as a working venue answers. Pure.

Each attempt at an order has a client order id of its own, as with clients that leave ids to the venue: an order whose
reply got lost is then placed again, though the first may have been done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from slo.history import Outcome


class Retries(Protocol):
    """A client's policy."""

    def wait_ns(self, outcome: Outcome, attempts_so_far: int) -> int | None:
        """How long to wait before sending again; None: never again. Asked once after each attempt."""


@dataclass(frozen=True, slots=True)
class NaiveRetries:
    """Sends again at once, up to ``attempts`` times in all, whatever became of the attempt before."""

    attempts: int

    def wait_ns(self, outcome: Outcome, attempts_so_far: int) -> int | None:
        return 0 if outcome is not Outcome.OK and attempts_so_far < self.attempts else None


@dataclass(frozen=True, slots=True)
class ExponentialRetries:
    """Waits before each attempt after the first: a uniform share, drawn anew, of ``base_ns`` that doubles each time.

    Full jitter: Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015. ``uniform`` draws from [0, 1).
    """

    attempts: int
    base_ns: int
    cap_ns: int
    uniform: Callable[[], float]

    def wait_ns(self, outcome: Outcome, attempts_so_far: int) -> int | None:
        if outcome is Outcome.OK or attempts_so_far >= self.attempts:
            return None
        return int(self.uniform() * min(self.cap_ns, self.base_ns << (attempts_so_far - 1)))


class RetryBudget:
    """Lets a client send so much more than it was asked for, and no more: a bucket that each first request fills by
    ``share``, and each further one empties by one. It holds ``most`` at the most, and that to begin with.

    Beyer et al., "Site Reliability Engineering", 2016, chapter 21: a tenth for each client. ``sent`` counts first ones.
    """

    def __init__(self, share: float, most: float, sent: Callable[[], int]) -> None:
        self._share = share
        self._most = most
        self._sent = sent
        self._left = most
        self._sent_before = 0

    def spend(self) -> bool:
        sent = self._sent()
        self._left = min(self._most, self._left + (sent - self._sent_before) * self._share)
        self._sent_before = sent
        if self._left < 1:
            return False
        self._left -= 1
        return True


@dataclass(frozen=True, slots=True)
class BudgetedRetries:
    """Sends again as ``unbounded`` does, as long as there is budget for it."""

    unbounded: Retries
    budget: RetryBudget

    def wait_ns(self, outcome: Outcome, attempts_so_far: int) -> int | None:
        wait_ns = self.unbounded.wait_ns(outcome, attempts_so_far)
        return wait_ns if wait_ns is not None and self.budget.spend() else None


NO_RETRIES: Retries = NaiveRetries(attempts=1)
