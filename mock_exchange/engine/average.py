"""The volume-weighted average price of the last minutes, which filters compare prices with.

Kept in one-second buckets, exact inside them. Only commands move the window, never a read: a journal holds no reads,
and a replay must come to the same decisions.
"""

from collections import deque

from mock_exchange.engine.state import AverageState

_BUCKET_MS = 1000


class AveragePrice:
    __slots__ = ("_buckets", "_forget_ms", "_window", "amount", "last_price", "lots")

    def __init__(self, minutes: int) -> None:
        self._window = minutes * 60_000 // _BUCKET_MS
        self._buckets: deque[list[int]] = deque()
        self._forget_ms = 0
        """Before this time there is nothing to forget."""
        self.lots = 0
        """Lots traded in the window."""
        self.amount = 0
        """Sum of ticks times lots over the window."""
        self.last_price = 0
        """Ticks; 0 before the first trade."""

    def add(self, time_ms: int, price: int, lots: int) -> None:
        bucket = time_ms // _BUCKET_MS
        if not self._buckets or self._buckets[-1][0] < bucket:
            self._buckets.append([bucket, 0, 0])
        last = self._buckets[-1]
        last[1] += lots
        last[2] += price * lots
        self.lots += lots
        self.amount += price * lots
        self.last_price = price

    def advance(self, time_ms: int) -> None:
        """Forget what is older than the window at this time."""
        if time_ms < self._forget_ms:
            return
        oldest = time_ms // _BUCKET_MS - self._window
        buckets = self._buckets
        while buckets and buckets[0][0] <= oldest:
            _, lots, amount = buckets.popleft()
            self.lots -= lots
            self.amount -= amount
        self._forget_ms = (buckets[0][0] + self._window) * _BUCKET_MS if buckets else 0

    def export(self) -> AverageState:
        return AverageState([list(bucket) for bucket in self._buckets], self.last_price)

    def restore(self, state: AverageState) -> None:
        self._buckets = deque(list(bucket) for bucket in state.buckets)
        self.lots = sum(lots for _, lots, _ in self._buckets)
        self.amount = sum(amount for _, _, amount in self._buckets)
        self.last_price = state.last_price
        self._forget_ms = 0

    def ratio(self) -> tuple[int, int]:
        """The average in ticks as a fraction (numerator, denominator).

        The last price where nothing traded in the window; (0, 1) before the first trade.
        """
        return (self.amount, self.lots) if self.lots else (self.last_price, 1)
