"""A recorded intensity: how many arrivals each second of some recording had. Parsing is pure; a reader brings the text.

The file is CSV with a header ``second,arrivals``: whole numbers, seconds ascending from any beginning, those that are
left out without an arrival. Lines that begin with ``#`` are remarks; ``# source: …`` says where the recording is from.
"""

from collections.abc import Iterator
from dataclasses import dataclass

SECONDS_MAX = 7 * 24 * 3600
ARRIVALS_MAX = 10**9
HEADER = "second,arrivals"
_SOURCE = "# source:"


@dataclass(frozen=True, slots=True)
class Profile:
    """``arrivals`` has one number for each second of the recording."""

    name: str
    source: str
    arrivals: tuple[int, ...]


def parse_profile(name: str, text: str) -> Profile:
    """Raises ValueError with the line and the rule that it breaks."""
    lines = text.removeprefix("\N{BYTE ORDER MARK}").splitlines()
    source = next((line.removeprefix(_SOURCE).strip() for line in lines if line.startswith(_SOURCE)), "")
    rows = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    if not rows or rows[0][1].replace(" ", "") != HEADER:
        raise ValueError(f"has no profile in it: the first line that is no remark must be {HEADER}")
    arrivals = tuple(_each_second(rows[1:]))
    if not any(arrivals):
        raise ValueError("has no arrivals in it")
    return Profile(name, source, arrivals)


def _each_second(rows: list[tuple[int, str]]) -> Iterator[int]:
    first: int | None = None
    length = 0
    for number, line in rows:
        second, arrivals = _row(number, line)
        first = second if first is None else first
        missing = second - first - length
        if missing < 0:
            raise ValueError(f"has in line {number} a second that does not come after the one before it: {second}")
        if second - first >= SECONDS_MAX:
            raise ValueError(f"lasts longer in line {number} than a profile may, {SECONDS_MAX} seconds")
        yield from (0 for _ in range(missing))
        yield arrivals
        length += missing + 1


def _row(number: int, line: str) -> tuple[int, int]:
    cells = [cell.strip() for cell in line.split(",")]
    if len(cells) != 2 or not all(cell.isascii() and cell.isdigit() for cell in cells):
        raise ValueError(f"has in line {number} no row of {HEADER}, two whole numbers: {line[:60]!r}")
    second, arrivals = (int(cell[:20]) for cell in cells)
    if arrivals > ARRIVALS_MAX:
        raise ValueError(f"has in line {number} more arrivals than a second may, {ARRIVALS_MAX}")
    return second, arrivals
