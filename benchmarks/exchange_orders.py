"""Signed LIMIT orders a second on one core of the exchange, beside an app that does nothing, on uvicorn.

All get the same bytes from wrk on the other core. The exchange takes each order through parsing, signature, filters,
funds and matching, once with orders that rest, once with orders of which every other one trades; the app reads it and
answers.
"""

import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.cores import Cores, processor_seconds, serving, two_cores
from benchmarks.exchange_server import exchange, market_of, show_orders
from benchmarks.results import Finding, Report
from benchmarks.rounds import Figures, Round, level, measure_rounds, ratio
from benchmarks.settings import Settings
from benchmarks.signed_orders import PATH, Account, Choice, Market, order_bodies
from benchmarks.wrk import Wrk

AIM = 0.8
PER_SECOND = "per_second"
PER_PROCESSOR_SECOND = "per_processor_second"
BODIES = 4000
ACCOUNT = Account()
UVICORN = (sys.executable, "-m", "benchmarks.servers.noop_uvicorn")
KINDS: Mapping[str, Callable[[Market], Choice]] = {
    "resting": lambda market: market.resting,
    "trading": lambda market: market.trading,
}


def wrk_on(cores: Cores, settings: Settings, folder: Path, choice: Choice) -> Wrk:
    """wrk with a list of orders signed now, so that no timestamp leaves the venue's window during a measurement."""
    bodies = folder / "bodies.txt"
    signed = order_bodies(ACCOUNT, choice, now_ms=time.time_ns() // 1_000_000, count=BODIES)
    bodies.write_text("\n".join(signed) + "\n", encoding="ascii")
    return Wrk(cores.loading, settings.connections, bodies, ACCOUNT.key)


def rates(wrk: Wrk, ready: Mapping[str, Any], settings: Settings) -> Figures:
    """What a warm server answers: by the wall clock, and by the processor time that it uses meanwhile."""
    url = ready["rest"] + PATH
    wrk.load(url, settings.warm_up_seconds)
    before = processor_seconds(ready["pid"])
    loaded = wrk.load(url, settings.seconds)
    used = processor_seconds(ready["pid"]) - before
    return {PER_SECOND: loaded.per_second, PER_PROCESSOR_SECOND: loaded.requests / used}


def measure_exchange(cores: Cores, settings: Settings, folder: Path, kind: str) -> Figures:
    """A fresh exchange each time: no round inherits another's book."""
    with exchange(cores.serving, ACCOUNT, folder) as served:
        choice = KINDS[kind](market_of(served["rest"]))
        show_orders(served["rest"], ACCOUNT, choice)
        return rates(wrk_on(cores, settings, folder, choice), served, settings)


def measure_uvicorn(cores: Cores, settings: Settings, folder: Path) -> Figures:
    with serving(cores.serving, UVICORN, folder / "uvicorn.log") as ready:
        return rates(wrk_on(cores, settings, folder, Market().resting), ready, settings)


def findings(rounds: list[Round]) -> list[Finding]:
    return [
        *(Finding(f"exchange, {kind} orders", "orders/s", level(rounds, f"{kind} {PER_SECOND}")) for kind in KINDS),
        Finding("no-op app on uvicorn", "requests/s", level(rounds, f"uvicorn {PER_SECOND}")),
        *(beside_uvicorn(rounds, kind, PER_SECOND, AIM) for kind in KINDS),
        *(beside_uvicorn(rounds, kind, PER_PROCESSOR_SECOND, None) for kind in KINDS),
    ]


def beside_uvicorn(rounds: list[Round], kind: str, figure: str, aim: float | None) -> Finding:
    """The exchange's rate divided by the app's."""
    of_what = "" if figure == PER_SECOND else ", per second of processor time"
    name = f"{kind} / uvicorn{of_what}"
    return Finding(name, "times", ratio(rounds, f"{kind} {figure}", f"uvicorn {figure}"), aim)


def run(settings: Settings) -> Report:
    """Measure. Raises CannotMeasure."""
    cores = two_cores()
    with TemporaryDirectory() as name:
        folder = Path(name)
        contenders: dict[str, Callable[[], Figures]] = {
            "uvicorn": partial(measure_uvicorn, cores, settings, folder),
            **{kind: partial(measure_exchange, cores, settings, folder, kind) for kind in KINDS},
        }
        rounds = list(measure_rounds(contenders, settings.rounds))
    question = "Signed LIMIT orders on one core of the exchange, beside a no-op app on uvicorn, loaded by wrk"
    return Report("exchange_orders", question, settings.record(), rounds, findings(rounds))
