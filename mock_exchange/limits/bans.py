"""Who is banned, until when, and how long the next ban will be. Pure: whoever asks says what time it is."""

from dataclasses import dataclass


@dataclass(slots=True)
class _Record:
    until_ms: int
    times: int


class Bans:
    """Each ban of an address is twice as long as its last, up to the longest. An address that then behaves for as long
    as the longest ban is forgotten. Requests during a ban are refused and do not prolong it."""

    __slots__ = ("_first_ms", "_longest_ms", "_records")

    def __init__(self, first_ms: int, longest_ms: int) -> None:
        self._first_ms = first_ms
        self._longest_ms = longest_ms
        self._records: dict[str, _Record] = {}

    def until_ms(self, address: str, now_ms: int) -> int:
        """When its ban ends; 0 where it is not banned."""
        record = self._records.get(address)
        return record.until_ms if record is not None and now_ms < record.until_ms else 0

    def ban(self, address: str, now_ms: int) -> int:
        """Returns when the ban ends."""
        self._forget(now_ms)
        record = self._records.setdefault(address, _Record(0, 0))
        record.until_ms = now_ms + self._length_ms(record.times)
        record.times += 1
        return record.until_ms

    def _length_ms(self, times: int) -> int:
        doublings = min(times, self._longest_ms.bit_length())  # enough to reach the longest from a millisecond
        return min(self._longest_ms, self._first_ms << doublings)

    def _forget(self, now_ms: int) -> None:
        gone = [each for each, record in self._records.items() if record.until_ms + self._longest_ms <= now_ms]
        for address in gone:
            del self._records[address]
