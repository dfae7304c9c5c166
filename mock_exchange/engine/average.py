"""The volume-weighted average price of the last minutes, which filters compare prices with.

Kept in one-second buckets, exact inside them. Only commands move the window, never a read: a journal holds no reads,
and a replay must come to the same decisions.
"""

from collections import deque

from mock_exchange.engine.state import AverageState

_BUCKET_MS = 1000
_MILLION = 1_000_000


class AveragePrice:
    __slots__ = (
        "_buckets",
        "_forget_ms",
        "_off_ppm",
        "_stands_at",
        "_window",
        "amount",
        "is_wrong",
        "last_price",
        "lots",
    )

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
        self._off_ppm = 0
        self._stands_at: tuple[int, int] | None = None
        self.is_wrong = False
        """``ratio`` is not what was traded."""

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
        return AverageState([list(bucket) for bucket in self._buckets], self.last_price, self._off_ppm, self._stands_at)

    def restore(self, state: AverageState) -> None:
        self._buckets = deque(list(bucket) for bucket in state.buckets)
        self.lots = sum(lots for _, lots, _ in self._buckets)
        self.amount = sum(amount for _, _, amount in self._buckets)
        self.last_price = state.last_price
        self._forget_ms = 0
        self._go_wrong(state.off_ppm, state.stands_at)

    def misprice(self, off_ppm: int, stands_still: bool) -> None:
        """Be wrong by so many millionths, follow no trade any more, both, or neither again."""
        self._go_wrong(off_ppm, self._traded() if stands_still else None)

    def ratio(self) -> tuple[int, int]:
        """The average in ticks as a fraction (numerator, denominator).

        The last price where nothing traded in the window; (0, 1) before the first trade.
        """
        return self.told(*self._traded()) if self.is_wrong else self._traded()

    def told(self, numerator: int, denominator: int) -> tuple[int, int]:
        """What is told in place of a price that is right."""
        numerator, denominator = self._stands_at or (numerator, denominator)
        return numerator * (_MILLION + self._off_ppm), denominator * _MILLION

    def _traded(self) -> tuple[int, int]:
        return (self.amount, self.lots) if self.lots else (self.last_price, 1)

    def _go_wrong(self, off_ppm: int, stands_at: tuple[int, int] | None) -> None:
        self._off_ppm, self._stands_at = off_ppm, stands_at
        self.is_wrong = off_ppm != 0 or stands_at is not None
