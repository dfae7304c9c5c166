"""Signed LIMIT orders a second on one core of the exchange, beside an app that does nothing, on uvicorn.

Both get the same bytes from wrk on the other core: one takes the order through parsing, signature, filters, funds and
matching, every other one trading; the other reads it and answers.
"""

import sys
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.cores import Cores, processor_seconds, serving, two_cores
from benchmarks.exchange_server import exchange, first_order, middle_price
from benchmarks.results import Finding, Report
from benchmarks.rounds import Figures, Round, level, measure_rounds, ratio
from benchmarks.settings import Settings
from benchmarks.signed_orders import PATH, Account, order_bodies
from benchmarks.wrk import Wrk

AIM = 0.8
PER_SECOND = "per_second"
PER_PROCESSOR_SECOND = "per_processor_second"
BODIES = 4000
ACCOUNT = Account()
UVICORN = (sys.executable, "-m", "benchmarks.servers.noop_uvicorn")
PRICE_ANYWHERE = "117000.00"


def wrk_on(cores: Cores, settings: Settings, folder: Path, price: str) -> Wrk:
    """wrk with a list of orders signed now, so that no timestamp leaves the venue's window during a measurement."""
    bodies = folder / "bodies.txt"
    signed = order_bodies(ACCOUNT, price=price, now_ms=time.time_ns() // 1_000_000, count=BODIES)
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


def measure_exchange(cores: Cores, settings: Settings, folder: Path) -> Figures:
    """A fresh exchange each time: no round inherits another's book."""
    with exchange(cores.serving, ACCOUNT, folder) as served:
        price = middle_price(served["rest"])
        first_order(served["rest"], ACCOUNT, price)
        return rates(wrk_on(cores, settings, folder, price), served, settings)


def measure_uvicorn(cores: Cores, settings: Settings, folder: Path) -> Figures:
    with serving(cores.serving, UVICORN, folder / "uvicorn.log") as ready:
        return rates(wrk_on(cores, settings, folder, PRICE_ANYWHERE), ready, settings)


def findings(rounds: list[Round]) -> list[Finding]:
    return [
        Finding("exchange", "orders/s", level(rounds, f"exchange {PER_SECOND}")),
        Finding("no-op app on uvicorn", "requests/s", level(rounds, f"uvicorn {PER_SECOND}")),
        Finding(
            "exchange / uvicorn", "times", ratio(rounds, f"exchange {PER_SECOND}", f"uvicorn {PER_SECOND}"), aim=AIM
        ),
        Finding(
            "the same per second of processor time",
            "times",
            ratio(rounds, f"exchange {PER_PROCESSOR_SECOND}", f"uvicorn {PER_PROCESSOR_SECOND}"),
        ),
    ]


def run(settings: Settings) -> Report:
    """Measure. Raises CannotMeasure."""
    cores = two_cores()
    with TemporaryDirectory() as name:
        folder = Path(name)
        contenders = {
            "exchange": partial(measure_exchange, cores, settings, folder),
            "uvicorn": partial(measure_uvicorn, cores, settings, folder),
        }
        rounds = list(measure_rounds(contenders, settings.rounds))
    question = "Signed LIMIT orders on one core of the exchange, beside a no-op app on uvicorn, loaded by wrk"
    return Report("exchange_orders", question, settings.record(), rounds, findings(rounds))
