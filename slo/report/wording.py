"""How numbers are written in a report: exact enough that no figure claims more, or less, than was counted."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, localcontext

NS_PER_MS = 1_000_000
NS_PER_S = 1_000_000_000
NO_BREAK = "\N{NO-BREAK SPACE}"
NONE = "\N{EN DASH}"
"""Written where there is no figure."""


def count(number: int) -> str:
    return f"{number:,}"


def percent(share: Decimal | float, rounding: str = ROUND_HALF_EVEN) -> str:
    """A share in ``[0, 1]``, with as many decimals as it takes to tell it from 100 % and from 0 %.

    99.9996 % of requests is not "100.00 %": the distance to 100 % keeps three significant digits, up to nine decimals.
    """
    exact = share if isinstance(share, Decimal) else Decimal(str(float(share)))
    hundredfold = exact * 100
    rounded = hundredfold.quantize(Decimal(1).scaleb(-_decimals(hundredfold)), rounding=rounding)
    return f"{rounded}{NO_BREAK}%"


def at_least(bound: Decimal | float) -> str:
    """A lower bound, rounded down: it must not say more than was shown."""
    return percent(bound, ROUND_FLOOR)


def at_most(bound: Decimal | float) -> str:
    """An upper bound, rounded up."""
    return percent(bound, ROUND_CEILING)


def share(part: int, whole: int) -> str:
    """``part`` of ``whole`` in percent; a dash where there is no whole."""
    if whole == 0:
        return NONE
    with localcontext() as context:
        context.prec = 40
        return percent(Decimal(part) / Decimal(whole))


def target(ratio: Decimal) -> str:
    """A target as it was written: 0.999 is "99.9 %", with no figure added or lost."""
    return f"{(ratio * 100).normalize():f}{NO_BREAK}%"


def milliseconds(value: float | None) -> str:
    """Three figures are what a latency is good for."""
    return NONE if value is None else f"{_three_figures(value)}{NO_BREAK}ms"


def seconds(value: float) -> str:
    return f"{_trimmed(value)}{NO_BREAK}s"


def duration(ns: int) -> str:
    """A length of time in the unit that a person would choose."""
    if ns < NS_PER_S:
        return f"{_trimmed(ns / NS_PER_MS)}{NO_BREAK}ms"
    return span(ns / NS_PER_S)


def span(length_s: float) -> str:
    """A length in seconds, minutes, hours or days."""
    for unit, unit_s in (("days", 86_400), ("h", 3600), ("min", 60)):
        if length_s >= 2 * unit_s:
            return f"{_trimmed(length_s / unit_s)}{NO_BREAK}{unit}"
    return seconds(length_s)


def rate(per_s: float) -> str:
    return f"{_three_figures(per_s)}/s"


def number(value: float) -> str:
    return _three_figures(value)


def minutes(value: Decimal | float) -> str:
    return f"{_three_figures(float(value))}{NO_BREAK}min"


def plural(number_of: int, one: str, many: str | None = None) -> str:
    return f"{number_of:,}{NO_BREAK}{one if number_of == 1 else many or one + 's'}"


def listed(words: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _three_figures(value: float) -> str:
    size = abs(value)
    if value == 0 or size >= 99.95:
        return f"{value:,.0f}"
    decimals = 1 if size >= 9.995 else 2 if size >= 0.0995 else 3
    return f"{value:,.{decimals}f}"


def _trimmed(value: float) -> str:
    """Lengths of time are mostly chosen: 2 s is "2 s" and not "2.00 s"."""
    written = _three_figures(value)
    return written.rstrip("0").rstrip(".") if "." in written else written


def _decimals(hundredfold: Decimal) -> int:
    distance = min(abs(100 - hundredfold), abs(hundredfold))
    return 2 if distance == 0 else max(2, min(9, 2 - distance.adjusted()))
