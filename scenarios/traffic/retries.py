"""What a client does with a request that was not answered as a working venue answers. Pure."""

from dataclasses import dataclass

from slo.history import Outcome


@dataclass(frozen=True, slots=True)
class NaiveRetries:
    """Sends again at once, up to ``attempts`` times in all, whatever became of the attempt before.

    Each attempt at an order has a client order id of its own, as with clients that leave ids to the venue: an order
    whose reply got lost is then placed again, though the first may have been done.
    """

    attempts: int

    def again(self, outcome: Outcome, attempts_so_far: int) -> bool:
        return outcome is not Outcome.OK and attempts_so_far < self.attempts


NO_RETRIES = NaiveRetries(attempts=1)
