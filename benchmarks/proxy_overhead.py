"""What the fault proxy costs while it does nothing: the same requests straight to the canned responder, and through it.

The proxy frames HTTP always. Idle, it has no fault; watching, it has one that selects none of these requests, so that
each is read for what it asks, its body included. Proxy and responder share one core, wrk has the other. One connection
shows the latency that the relay adds, since nothing waits for anything else; many show the rate that is left.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import urlsplit

from benchmarks.client_orders import RESPONDER
from benchmarks.cores import CannotMeasure, Cores, processor_seconds, serving, two_cores
from benchmarks.exchange_orders import wrk_on
from benchmarks.results import Finding, Report
from benchmarks.rounds import Figures, Round, difference, level, measure_rounds, ratio
from benchmarks.settings import Settings
from benchmarks.signed_orders import PATH, Market
from benchmarks.wrk import Wrk
from chaos.fault_client import FaultClient
from chaos.ground import FaultOrder

ADDED_P50_US_MAX = 100.0


class Served(NamedTuple):
    """Where requests go, and the process that answers them there."""

    url: str
    pid: int


@contextmanager
def responder(cores: Cores, folder: Path) -> Iterator[Served]:
    with serving(cores.serving, RESPONDER, folder / "responder.log") as ready:
        yield Served(ready["rest"], ready["pid"])


@contextmanager
def idle(cores: Cores, folder: Path) -> Iterator[Served]:
    """The responder behind a proxy without faults."""
    with proxied(cores, folder) as (served, _):
        yield served


@contextmanager
def watching(cores: Cores, folder: Path) -> Iterator[Served]:
    """The responder behind a proxy with a fault that is meant for others."""
    with proxied(cores, folder) as (served, api):
        held = FaultClient(api)
        held.apply(FaultOrder("watching", "latency", {"latency_ms": 60_000}, {"symbol": "NOSUCHUSDT"}, seed=0))
        yield served
        if held.heal("watching").hits:
            raise CannotMeasure("the fault that was to watch has hit")


@contextmanager
def proxied(cores: Cores, folder: Path) -> Iterator[tuple[Served, str]]:
    """With the address of the proxy's control API."""
    with responder(cores, folder) as upstream:
        command = [sys.executable, "-m", "chaos.proxy", "--api", "127.0.0.1:0"]
        command += ["--listen", "127.0.0.1:0", "--upstream", urlsplit(upstream.url).netloc]
        with serving(cores.serving, command, folder / "proxy.log") as ready:
            yield Served(f"http://{ready['proxies'][0]['listen']}", ready["pid"]), ready["api"]


WAYS = {"direct": responder, "idle": idle, "watching": watching}


def measure_way(cores: Cores, settings: Settings, folder: Path, way: str) -> Figures:
    """Latency with one connection, then the rate with many, by the wall clock and by processor time."""
    with WAYS[way](cores, folder) as served:
        many = wrk_on(cores, settings, folder, Market().resting)
        one: Wrk = replace(many, connections=1)
        one.load(served.url + PATH, settings.warm_up_seconds)
        alone = one.load(served.url + PATH, settings.seconds)
        before = processor_seconds(served.pid)
        crowded = many.load(served.url + PATH, settings.seconds)
        used = processor_seconds(served.pid) - before
    return {
        "p50_us": alone.p50_us,
        "p99_us": alone.p99_us,
        "per_second": crowded.per_second,
        "per_processor_second": crowded.requests / used,
    }


def findings(rounds: list[Round]) -> list[Finding]:
    return [
        Finding("direct, one connection, median", "us", level(rounds, "direct p50_us")),
        Finding("direct, one connection, 99th percentile", "us", level(rounds, "direct p99_us")),
        *(finding for way in ("idle", "watching") for finding in _beside_direct(rounds, way)),
    ]


def _beside_direct(rounds: list[Round], way: str) -> Iterator[Finding]:
    added, rate = partial(difference, rounds), partial(level, rounds)
    yield Finding(
        f"{way}, added, median", "us", added(f"{way} p50_us", "direct p50_us"), ADDED_P50_US_MAX, at_most=True
    )
    yield Finding(f"{way}, added, 99th percentile", "us", added(f"{way} p99_us", "direct p99_us"))
    yield Finding(f"{way}, many connections", "requests/s", rate(f"{way} per_second"))
    yield Finding(f"{way}, of the proxy's processor time", "requests/s", rate(f"{way} per_processor_second"))
    yield Finding(f"{way} / direct, many", "times", ratio(rounds, f"{way} per_second", "direct per_second"))


def run(settings: Settings) -> Report:
    """Measure. Raises CannotMeasure."""
    cores = two_cores()
    with TemporaryDirectory() as name:
        contenders = {way: partial(measure_way, cores, settings, Path(name), way) for way in WAYS}
        rounds = list(measure_rounds(contenders, settings.rounds))
    question = "What the fault proxy adds to a request that no fault is meant for, proxy and responder sharing one core"
    return Report("proxy_overhead", question, settings.record(), rounds, findings(rounds))
