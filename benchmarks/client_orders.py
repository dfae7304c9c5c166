"""Signed orders a second that one core of the load client sends, beside Locust's FastHttpUser and k6.

All three run on one core, in a closed loop over the same number of connections, against the canned responder on the
other core, which counts for all of them. Ours is the generator process as `brownout run` starts it, with schedule,
outcomes and samples; Locust and k6 keep their own statistics.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.clients.commands import CLIENTS
from benchmarks.cores import CannotMeasure, Cores, running, serving, two_cores
from benchmarks.exchange_orders import ACCOUNT, PRICE_ANYWHERE, orders_per_second, wrk_on
from benchmarks.results import Finding, Report
from benchmarks.rounds import Round, Spread, level, measure_rounds, ratio
from benchmarks.settings import Settings
from benchmarks.tally import await_first_request, read_tally, steady_rate

AIMS = {"FastHttpUser": 3.0, "k6": 1.3}
RESPONDER = (sys.executable, "-m", "benchmarks.servers.canned")
CHECKED_SECONDS = 1.0
BUSY_SHARE_MAX = 0.8
"""Above that share of its own ceiling the responder, not the client, may be what is measured."""


def measure_client(cores: Cores, settings: Settings, folder: Path, name: str) -> float:
    with serving(cores.serving, RESPONDER, folder / "responder.log") as ready:
        command = CLIENTS[name](ready["rest"], ACCOUNT, settings.connections, folder)
        with running(cores.loading, command, folder / f"{name}.log"):
            await_first_request(ready["tally_port"], name)
            return steady_rate(ready["tally_port"], settings.seconds, settings.warm_up_seconds)


def check_client(cores: Cores, settings: Settings, folder: Path, name: str) -> None:
    """Show that every request is an order with a good signature. Raises CannotMeasure."""
    with serving(cores.serving, [*RESPONDER, "--check", ACCOUNT.secret], folder / "responder.log") as ready:
        command = CLIENTS[name](ready["rest"], ACCOUNT, settings.connections, folder)
        with running(cores.loading, command, folder / f"{name}.log"):
            await_first_request(ready["tally_port"], name)
            steady_rate(ready["tally_port"], CHECKED_SECONDS, 0)
            tally = read_tally(ready["tally_port"])
    if tally.invalid or not tally.requests:
        raise CannotMeasure(f"{name}: {tally.invalid} of {tally.requests} requests were no properly signed orders")


def measure_ceiling(cores: Cores, settings: Settings, folder: Path) -> float:
    """What the responder answers when wrk loads it."""
    with serving(cores.serving, RESPONDER, folder / "responder.log") as ready:
        return orders_per_second(wrk_on(cores, settings, folder, PRICE_ANYWHERE), ready["rest"], settings)


def findings(rounds: list[Round], ceiling: float) -> list[Finding]:
    levels = [Finding(name, "orders/s", level(rounds, name)) for name in CLIENTS]
    ratios = [
        Finding(f"brownout / {peer}", "times", ratio(rounds, "brownout", peer), aim=aim) for peer, aim in AIMS.items()
    ]
    busy = max(finding.spread.high for finding in levels) / ceiling
    return [
        *levels,
        *ratios,
        Finding("the responder's ceiling, loaded by wrk", "orders/s", Spread(ceiling, ceiling, ceiling)),
        Finding("busiest round / ceiling", "times", Spread(busy, busy, busy), aim=BUSY_SHARE_MAX, at_most=True),
    ]


def run(settings: Settings) -> Report:
    """Measure. Raises CannotMeasure."""
    cores = two_cores()
    with TemporaryDirectory() as name:
        folder = Path(name)
        for client in CLIENTS:
            check_client(cores, settings, folder, client)
        ceiling = measure_ceiling(cores, settings, folder)
        contenders: dict[str, Callable[[], float]] = {
            client: partial(measure_client, cores, settings, folder, client) for client in CLIENTS
        }
        rounds = list(measure_rounds(contenders, settings.rounds))
    question = "Signed orders from one core of a load client, in a closed loop against a responder that none outruns"
    return Report("client_orders", question, settings.record(), rounds, findings(rounds, ceiling))
