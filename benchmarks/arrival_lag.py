"""How late orders are sent that are due at a steady pace, beside k6 and Locust's FastHttpUser.

Each client has one core; the responder on the other notes when every order comes, by one clock for all. First each
one's own maximum is looked for: the highest rate at which it sends 99 % of what is due and 99 % of that within 100 ms.
Then all are measured at half of their own maximum, and at half of the lowest.
"""

import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.arrival_times import Lateness, lateness
from benchmarks.clients.commands import ARRIVING
from benchmarks.clients.pace import PER_USER_PER_S
from benchmarks.cores import CannotMeasure, Cores, running, serving, two_cores
from benchmarks.exchange_orders import ACCOUNT
from benchmarks.results import Finding, Report
from benchmarks.rounds import Figures, Round, Spread, level, measure_rounds, ratio
from benchmarks.settings import Settings
from benchmarks.tally import await_first_request
from scenarios.calibration.ladder import highest

RESPONDER = (sys.executable, "-m", "benchmarks.servers.noting")
FIRST_RATE, LAST_RATE = 500, 64_000
HALVINGS = 2
SENT_SHARE_MIN, P99_MS_MAX = 0.99, 100.0
P50, P99, SENT = "lag_p50_ms", "lag_p99_ms", "sent_share"
"""What was not sent makes those that follow late: the fitted schedule owes it."""
AIM = 1.0
"""Not more than the peer's."""
NS_PER_S = 1_000_000_000
ONE_SCHEDULE = frozenset({"brownout", "k6"})
"""The others keep a pace for each user, and so for each connection."""


def measure(cores: Cores, settings: Settings, folder: Path, client: str, rate: int) -> Lateness:
    """Of a warm client at a rate."""
    times = folder / "times.npz"
    with serving(cores.serving, [*RESPONDER, "--times", str(times)], folder / "responder.log") as ready:
        command = ARRIVING[client](ready["rest"], ACCOUNT, rate, folder)
        with running(cores.loading, command, folder / f"{client}.log"):
            await_first_request(ready["tally_port"], client)
            begin_ns = time.monotonic_ns() + settings.warm_up_seconds * NS_PER_S
            time.sleep(settings.warm_up_seconds + settings.seconds)
            end_ns = begin_ns + settings.seconds * NS_PER_S
    with np.load(times) as noted:
        stream = np.zeros_like(noted["connection"]) if client in ONE_SCHEDULE else noted["connection"]
        try:
            return lateness(noted["at_ns"], stream, rate, begin_ns, end_ns)
        except ValueError as error:
            raise CannotMeasure(f"{client} at {rate}/s: {error}") from error


def keeps_up(found: Lateness) -> bool:
    return found.sent_share >= SENT_SHARE_MIN and found.p99_ms <= P99_MS_MAX


def maximum(measure_at: Callable[[int], Lateness], client: str) -> int:
    """The highest rate at which it keeps up. Raises CannotMeasure."""
    found = highest(lambda rate: keeps_up(measure_at(rate)), FIRST_RATE, LAST_RATE, HALVINGS)
    if found is None:
        raise CannotMeasure(f"{client} cannot keep up with {FIRST_RATE} orders a second")
    return found


def whole_users(rate: float) -> int:
    """A rate that users at their pace can make."""
    return round(rate / PER_USER_PER_S) * PER_USER_PER_S


def figures(measure_at: Callable[[int], Lateness], rate: int) -> Figures:
    found = measure_at(rate)
    return {P50: found.p50_ms, P99: found.p99_ms, SENT: found.sent_share}


def findings(rounds: list[Round], maxima: Mapping[str, int]) -> list[Finding]:
    at_half, at_one = half(maxima), together(maxima)
    peers = [client for client in maxima if client != "brownout"]
    return [
        *(Finding(f"{client}, own maximum", "orders/s", Spread(most, most, most)) for client, most in maxima.items()),
        *(
            Finding(f"{name}, lag p99", "ms", level(rounds, f"{name} {P99}"))
            for names in (at_half, at_one)
            for name in names.values()
        ),
        *(
            Finding(f"{name}, sent of what was due", "times", level(rounds, f"{name} {SENT}"))
            for names in (at_half, at_one)
            for name in names.values()
        ),
        *(
            Finding(f"brownout / {peer}, lag p99, {how}", "times", lag_ratio(rounds, names, peer), AIM, at_most=True)
            for how, names in (("each at its half", at_half), ("at one rate", at_one))
            for peer in peers
        ),
    ]


def lag_ratio(rounds: list[Round], names: Mapping[str, str], peer: str) -> Spread:
    return ratio(rounds, f"{names['brownout']} {P99}", f"{names[peer]} {P99}")


def half(maxima: Mapping[str, int]) -> dict[str, str]:
    """Client to the name of its measurement at half of its own maximum."""
    return {client: f"{client} at {whole_users(most / 2)}/s, half of its maximum" for client, most in maxima.items()}


def together(maxima: Mapping[str, int]) -> dict[str, str]:
    """Client to the name of its measurement at half of the lowest maximum."""
    return {client: f"{client} at {common(maxima)}/s" for client in maxima}


def common(maxima: Mapping[str, int]) -> int:
    return whole_users(min(maxima.values()) / 2)


def run(settings: Settings) -> Report:
    """Measure. Raises CannotMeasure."""
    cores = two_cores()
    with TemporaryDirectory() as name:
        measuring = {client: partial(measure, cores, settings, Path(name), client) for client in ARRIVING}
        maxima = {client: maximum(measure_at, client) for client, measure_at in measuring.items()}
        contenders: dict[str, Callable[[], Figures]] = {}
        for client, measure_at in measuring.items():
            contenders[half(maxima)[client]] = partial(figures, measure_at, whole_users(maxima[client] / 2))
            contenders[together(maxima)[client]] = partial(figures, measure_at, common(maxima))
        rounds = list(measure_rounds(contenders, settings.rounds))
    question = "How late one core of a load client sends signed orders that are due at a steady pace"
    return Report("arrival_lag", question, settings.record(), rounds, findings(rounds, maxima))
