"""How many connections an address has opened in the current window. Windows are aligned with the clock, as REST's."""


class Attempts:
    def __init__(self, limit: int, window_ns: int) -> None:
        self._limit = limit
        self._window_ns = window_ns
        self._window = -1
        self._counts: dict[str, int] = {}

    def wait_seconds(self, address: str, wall_ns: int) -> int:
        """Count an attempt. 0 where it is allowed, otherwise the seconds until the next window."""
        window, elapsed_ns = divmod(wall_ns, self._window_ns)
        if window != self._window:
            self._window = window
            self._counts.clear()
        count = self._counts[address] = self._counts.get(address, 0) + 1
        if count <= self._limit:
            return 0
        return -(-(self._window_ns - elapsed_ns) // 1_000_000_000)
