"""Signed LIMIT orders a second on one core of the exchange, beside an app that does nothing, on uvicorn.

Both get the same bytes from wrk on the other core: one takes the order through parsing, signature, filters, funds and
matching, every other one trading; the other reads it and answers.
"""

import sys
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.cores import Cores, serving, two_cores
from benchmarks.exchange_server import exchange, first_order, middle_price
from benchmarks.results import Finding, Report
from benchmarks.rounds import Round, level, measure_rounds, ratio
from benchmarks.settings import Settings
from benchmarks.signed_orders import PATH, Account, order_bodies
from benchmarks.wrk import Wrk

AIM = 0.8
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


def orders_per_second(wrk: Wrk, url: str, settings: Settings) -> float:
    wrk.load(url + PATH, settings.warm_up_seconds)
    return wrk.load(url + PATH, settings.seconds).per_second


def measure_exchange(cores: Cores, settings: Settings, folder: Path) -> float:
    """A fresh exchange each time: no round inherits another's book."""
    with exchange(cores.serving, ACCOUNT, folder) as served:
        price = middle_price(served)
        first_order(served, ACCOUNT, price)
        return orders_per_second(wrk_on(cores, settings, folder, price), served, settings)


def measure_uvicorn(cores: Cores, settings: Settings, folder: Path) -> float:
    with serving(cores.serving, UVICORN, folder / "uvicorn.log") as ready:
        return orders_per_second(wrk_on(cores, settings, folder, PRICE_ANYWHERE), ready["rest"], settings)


def findings(rounds: list[Round]) -> list[Finding]:
    return [
        Finding("exchange", "orders/s", level(rounds, "exchange")),
        Finding("no-op app on uvicorn", "requests/s", level(rounds, "uvicorn")),
        Finding("exchange / uvicorn", "times", ratio(rounds, "exchange", "uvicorn"), aim=AIM),
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
