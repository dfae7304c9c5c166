"""Signed LIMIT orders a second on one core of the exchange, beside an app that does nothing, and beside a mock server.

All get the same bytes from wrk on the other core. The exchange takes each order through parsing, signature, filters,
funds and matching, with orders that rest and with orders of which every other one trades, in memory and with a journal
that is synced before it answers; the app on uvicorn and the mock server read an order and answer the same to each.
"""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.cores import Cores, processor_seconds, serving, two_cores
from benchmarks.exchange_server import exchange, market_of, show_orders
from benchmarks.half_load import HALF_P50, HALF_P99, half_load
from benchmarks.results import Finding, Report
from benchmarks.rounds import Figures, Round, Spread, level, measure_rounds, ratio
from benchmarks.settings import Settings
from benchmarks.signed_orders import PATH, Account, Choice, Market, order_bodies
from benchmarks.wrk import Wrk

AIM = 1.0
MOCK_AIM = 5.0
CONNECTIONS_MIN = 256
"""Fewer would measure how quick the disk under the journal is: orders that come during a sync share the next one, and
in a closed loop no more of them can come than there are connections. With 64, half of them wait for each sync, the core
idles in between, and a journaled exchange takes a fifth fewer orders than with 256."""
PER_SECOND = "per_second"
PER_PROCESSOR_SECOND = "per_processor_second"
BODIES = 4000
ACCOUNT = Account()
PEERS = {
    "uvicorn": (sys.executable, "-m", "benchmarks.servers.noop_uvicorn"),
    "Mockoon": (sys.executable, "-m", "benchmarks.servers.mockoon"),
}
JOURNALED = ", journaled"
KINDS: Mapping[str, Callable[[Market], Choice]] = {
    "resting": lambda market: market.resting,
    "trading": lambda market: market.trading,
}
WAYS = (*KINDS, *(f"{kind}{JOURNALED}" for kind in KINDS))


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


def figures(wrk: Wrk, ready: Mapping[str, Any], settings: Settings) -> Figures:
    """Rates at full load, then latencies at half of it."""
    found = rates(wrk, ready, settings)
    return {**found, **half_load(wrk, ready, settings, found[PER_SECOND])}


def measure_exchange(cores: Cores, settings: Settings, folder: Path, way: str) -> Figures:
    """A fresh exchange each time, and a fresh data folder: no round inherits another's book."""
    with TemporaryDirectory() as data:
        journal = ("--data", data, "--sync", "group") if way.endswith(JOURNALED) else ()
        with exchange(cores.serving, ACCOUNT, folder, journal) as served:
            choice = KINDS[way.removesuffix(JOURNALED)](market_of(served["rest"]))
            show_orders(served["rest"], ACCOUNT, choice)
            return figures(wrk_on(cores, settings, folder, choice), served, settings)


def measure_peer(cores: Cores, settings: Settings, folder: Path, peer: str) -> Figures:
    with serving(cores.serving, PEERS[peer], folder / f"{peer}.log") as ready:
        return figures(wrk_on(cores, settings, folder, Market().resting), ready, settings)


def findings(rounds: list[Round]) -> list[Finding]:
    return [
        *(Finding(f"exchange, {way} orders", "orders/s", level(rounds, f"{way} {PER_SECOND}")) for way in WAYS),
        *(Finding(peer, "requests/s", level(rounds, f"{peer} {PER_SECOND}")) for peer in PEERS),
        *(beside(rounds, way, "uvicorn", PER_SECOND, AIM) for way in WAYS),
        *(beside(rounds, way, "uvicorn", PER_PROCESSOR_SECOND, None) for way in WAYS),
        *(beside(rounds, way, "Mockoon", PER_SECOND, MOCK_AIM) for way in WAYS if way.endswith(JOURNALED)),
        *(
            Finding(f"{name} at half load, median", "us", level(rounds, f"{name} {HALF_P50}"))
            for name in (*WAYS, *PEERS)
        ),
        *(Finding(f"{name} at half load, p99", "us", level(rounds, f"{name} {HALF_P99}")) for name in (*WAYS, *PEERS)),
        *(Finding(f"{way} / uvicorn at half load, p99", "times", late(rounds, way)) for way in WAYS),
    ]


def late(rounds: list[Round], way: str) -> Spread:
    """The exchange's 99th percentile divided by the app's, each at half of its own rate."""
    return ratio(rounds, f"{way} {HALF_P99}", f"uvicorn {HALF_P99}")


def beside(rounds: list[Round], way: str, peer: str, figure: str, aim: float | None) -> Finding:
    """The exchange's rate divided by the peer's."""
    of_what = "" if figure == PER_SECOND else ", per second of processor time"
    return Finding(f"{way} / {peer}{of_what}", "times", ratio(rounds, f"{way} {figure}", f"{peer} {figure}"), aim)


def run(settings: Settings) -> Report:
    """Measure. Raises CannotMeasure."""
    settings = replace(settings, connections=max(CONNECTIONS_MIN, settings.connections))
    cores = two_cores()
    with TemporaryDirectory() as name:
        folder = Path(name)
        contenders: dict[str, Callable[[], Figures]] = {
            **{peer: partial(measure_peer, cores, settings, folder, peer) for peer in PEERS},
            **{way: partial(measure_exchange, cores, settings, folder, way) for way in WAYS},
        }
        rounds = list(measure_rounds(contenders, settings.rounds))
    question = "Signed LIMIT orders on one core of the exchange, beside servers that only answer, loaded by wrk"
    return Report("exchange_orders", question, settings.record(), rounds, findings(rounds))
