"""Signed orders a second that one core of the load client sends, beside Locust's FastHttpUser and k6.

All three run on one core, in a closed loop over the same number of connections, against the canned responder on the
other core, which counts for all of them. Ours is the generator process as `brownout run` starts it, with schedule,
outcomes and samples; Locust and k6 keep their own statistics.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.clients.commands import CLIENTS
from benchmarks.cores import CannotMeasure, Cores, processor_seconds, running, serving, two_cores
from benchmarks.exchange_orders import (
    ACCOUNT,
    PER_PROCESSOR_SECOND,
    PER_SECOND,
    rates,
    wrk_on,
)
from benchmarks.results import Finding, Report
from benchmarks.rounds import Figures, Round, Spread, level, measure_rounds, ratio
from benchmarks.settings import Settings
from benchmarks.signed_orders import Market
from benchmarks.tally import await_first_request, tallies_around

AIMS = {"FastHttpUser": 5.0, "k6": 2.0}
RESPONDER = (sys.executable, "-m", "benchmarks.servers.canned")
CHECKED_SECONDS = 1.0
BUSY_SHARE_MAX = 0.8
"""Above that share of its own ceiling the responder, not the client, may be what is measured."""


def measure_client(cores: Cores, settings: Settings, folder: Path, name: str) -> Figures:
    """Of a warm client: orders a second by the wall clock, and by the processor time that it uses meanwhile."""
    with serving(cores.serving, RESPONDER, folder / "responder.log") as ready:
        command = CLIENTS[name](ready["rest"], ACCOUNT, settings.connections, folder)
        with running(cores.loading, command, folder / f"{name}.log") as client:
            await_first_request(ready["tally_port"], name)
            time.sleep(settings.warm_up_seconds)
            before = processor_seconds(client.pid)
            began, ended = tallies_around(ready["tally_port"], settings.seconds)
            used = processor_seconds(client.pid) - before
    sent = ended.requests - began.requests
    return {PER_SECOND: began.rate_until(ended), PER_PROCESSOR_SECOND: sent / used}


def check_client(cores: Cores, settings: Settings, folder: Path, name: str) -> None:
    """Show that every request is an order with a good signature. Raises CannotMeasure."""
    with serving(cores.serving, [*RESPONDER, "--check", ACCOUNT.secret], folder / "responder.log") as ready:
        command = CLIENTS[name](ready["rest"], ACCOUNT, settings.connections, folder)
        with running(cores.loading, command, folder / f"{name}.log"):
            await_first_request(ready["tally_port"], name)
            _, tally = tallies_around(ready["tally_port"], CHECKED_SECONDS)
    if tally.invalid or not tally.requests:
        raise CannotMeasure(f"{name}: {tally.invalid} of {tally.requests} requests were no properly signed orders")


def measure_ceiling(cores: Cores, settings: Settings, folder: Path) -> float:
    """What the responder answers when wrk loads it."""
    with serving(cores.serving, RESPONDER, folder / "responder.log") as ready:
        return rates(wrk_on(cores, settings, folder, Market().resting), ready, settings)[PER_SECOND]


def beside(rounds: list[Round], peer: str, figure: str, aim: float | None) -> Finding:
    """Ours divided by the peer's."""
    name = f"brownout / {peer}" if figure == PER_SECOND else f"brownout / {peer}, per second of processor time"
    return Finding(name, "times", ratio(rounds, f"brownout {figure}", f"{peer} {figure}"), aim)


def findings(rounds: list[Round], ceiling: float) -> list[Finding]:
    levels = [Finding(name, "orders/s", level(rounds, f"{name} {PER_SECOND}")) for name in CLIENTS]
    busy = max(finding.spread.high for finding in levels) / ceiling
    return [
        *levels,
        *(beside(rounds, peer, PER_SECOND, aim) for peer, aim in AIMS.items()),
        *(beside(rounds, peer, PER_PROCESSOR_SECOND, None) for peer in AIMS),
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
        contenders: dict[str, Callable[[], Figures]] = {
            client: partial(measure_client, cores, settings, folder, client) for client in CLIENTS
        }
        rounds = list(measure_rounds(contenders, settings.rounds))
    question = "Signed orders from one core of a load client, in a closed loop against a responder that none outruns"
    return Report("client_orders", question, settings.record(), rounds, findings(rounds, ceiling))
