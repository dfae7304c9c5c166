"""Whether a target is as it was before the weather came: nothing in force, stopped, down, limited or cut off, and no
slower to answer than it was.
"""

import time
from dataclasses import dataclass
from statistics import median

from chaos.errors import CannotHeal
from chaos.ground import Ground

_PINGS = 15
_NS_PER_MS = 1_000_000
_LOOK_EVERY_S = 0.1

SLOWER_MAX = 5.0
"""A median ping of so many times what it was, or of what it was and ``SLOWER_MS_MAX``, is back: hosts are noisy."""
SLOWER_MS_MAX = 10.0


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found: ``left`` is empty where the target is as it was. Pings are None where one was not answered."""

    left: tuple[str, ...]
    ping_ms_before: float | None
    ping_ms_after: float | None

    @property
    def is_clean(self) -> bool:
        return not self.left


def ping_ms(ground: Ground) -> float | None:
    """Median time of an answer from the target; None where it does not give every one, or nobody can ask it."""
    if ground.answers is None:
        return None
    taken = []
    for _ in range(_PINGS):
        began_ns = time.monotonic_ns()
        if not ground.answers():
            return None
        taken.append((time.monotonic_ns() - began_ns) / _NS_PER_MS)
    return round(median(taken), 3)


def audit(ground: Ground, ping_ms_before: float | None, patience_s: float = 10.0) -> Audit:
    """Look until the target is as it was, or patience ends: what is healed may have to work off what came before."""
    deadline = time.monotonic() + patience_s
    while True:
        ping_ms_after = ping_ms(ground)
        left = (*_in_force(ground), *_not_as_fast(ping_ms_before, ping_ms_after))
        if not left or time.monotonic() > deadline:
            return Audit(left, ping_ms_before, ping_ms_after)
        time.sleep(_LOOK_EVERY_S)


def _in_force(ground: Ground) -> list[str]:
    left = list(ground.process.leftovers()) if ground.process is not None else []
    for holder in (ground.proxy, ground.venue):
        if holder is not None:
            try:
                left += [f"fault {fault_id} is in force at the {holder.name}" for fault_id in holder.in_force()]
            except CannotHeal as error:
                left.append(str(error))
    return left


def _not_as_fast(before_ms: float | None, after_ms: float | None) -> list[str]:
    if before_ms is None:
        return []
    if after_ms is None:
        return ["the target does not answer every ping"]
    if after_ms > max(before_ms * SLOWER_MAX, before_ms + SLOWER_MS_MAX):
        return [f"a ping takes {after_ms:.1f} ms, and took {before_ms:.1f} ms before"]
    return []
