"""What the idle fault proxy costs: the same requests straight to the canned responder, and through the proxy.

Proxy and responder share one core, wrk has the other. One connection shows the latency that the relay adds, since
nothing waits for anything else; many show the rate that is left.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from benchmarks.client_orders import RESPONDER
from benchmarks.cores import Cores, serving, two_cores
from benchmarks.exchange_orders import wrk_on
from benchmarks.results import Finding, Report
from benchmarks.rounds import Figures, Round, difference, level, measure_rounds, ratio
from benchmarks.settings import Settings
from benchmarks.signed_orders import PATH, Market
from benchmarks.wrk import Wrk

ADDED_P50_US_MAX = 100.0


@contextmanager
def responder(cores: Cores, folder: Path) -> Iterator[str]:
    with serving(cores.serving, RESPONDER, folder / "responder.log") as ready:
        yield ready["rest"]


@contextmanager
def proxied(cores: Cores, folder: Path) -> Iterator[str]:
    """The responder behind a proxy without faults."""
    with responder(cores, folder) as upstream:
        command = [sys.executable, "-m", "chaos.proxy", "--api", "127.0.0.1:0"]
        command += ["--listen", "127.0.0.1:0", "--upstream", urlsplit(upstream).netloc]
        with serving(cores.serving, command, folder / "proxy.log") as ready:
            yield f"http://{ready['proxies'][0]['listen']}"


WAYS = {"direct": responder, "proxy": proxied}


def measure_way(cores: Cores, settings: Settings, folder: Path, way: str) -> Figures:
    """Latency with one connection, then the rate with many."""
    with WAYS[way](cores, folder) as url:
        many = wrk_on(cores, settings, folder, Market().resting)
        one: Wrk = replace(many, connections=1)
        one.load(url + PATH, settings.warm_up_seconds)
        alone = one.load(url + PATH, settings.seconds)
        crowded = many.load(url + PATH, settings.seconds)
    return {"p50_us": alone.p50_us, "p99_us": alone.p99_us, "per_second": crowded.per_second}


def findings(rounds: list[Round]) -> list[Finding]:
    of = partial(difference, rounds)
    return [
        Finding("direct, one connection, median", "us", level(rounds, "direct p50_us")),
        Finding(
            "added by the proxy, median", "us", of("proxy p50_us", "direct p50_us"), ADDED_P50_US_MAX, at_most=True
        ),
        Finding("added by the proxy, 99th percentile", "us", of("proxy p99_us", "direct p99_us")),
        Finding("through the proxy, many connections", "requests/s", level(rounds, "proxy per_second")),
        Finding("proxy / direct, many connections", "times", ratio(rounds, "proxy per_second", "direct per_second")),
    ]


def run(settings: Settings) -> Report:
    """Measure. Raises CannotMeasure."""
    cores = two_cores()
    with TemporaryDirectory() as name:
        contenders = {way: partial(measure_way, cores, settings, Path(name), way) for way in WAYS}
        rounds = list(measure_rounds(contenders, settings.rounds))
    question = "What the idle fault proxy adds to a request, proxy and responder sharing one core"
    return Report("proxy_overhead", question, settings.record(), rounds, findings(rounds))
