"""What a client counts of itself: how often it called, and how often it had to wait for a connection first."""

from dataclasses import dataclass


@dataclass(slots=True)
class CallCounts:
    """Since they were last taken. A call is a request that goes out, so that retries and hedges count as well."""

    calls: int = 0
    pool_waits: int = 0
    pool_wait_ns_max: int = 0

    def waited(self, ns: int) -> None:
        self.pool_waits += 1
        self.pool_wait_ns_max = max(self.pool_wait_ns_max, ns)

    def take(self) -> "CallCounts":
        """What was counted, to begin anew."""
        taken = CallCounts(self.calls, self.pool_waits, self.pool_wait_ns_max)
        self.calls = self.pool_waits = self.pool_wait_ns_max = 0
        return taken
