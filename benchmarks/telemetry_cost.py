"""What telemetry costs on the order path: off, metrics, metrics with 1 % of the traces, and all traces.

The same orders go to the same exchange four times, told differently. The collector runs on the core of the load, as
it would run elsewhere; the thread that sends spans is the exchange's own and shares its core.
"""

import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from benchmarks.cores import CannotMeasure, Cores, serving, two_cores
from benchmarks.exchange_orders import ACCOUNT, PER_PROCESSOR_SECOND, PER_SECOND, rates, wrk_on
from benchmarks.exchange_server import exchange, market_of
from benchmarks.results import Finding, Report
from benchmarks.rounds import Figures, Round, level, measure_rounds, ratio
from benchmarks.settings import Settings

COLLECTOR = (sys.executable, "-m", "benchmarks.servers.collector")
OFF = "off"
SHARES: Mapping[str, float | None] = {"metrics": None, "metrics and 1 % traces": 0.01, "metrics and all traces": 1.0}
"""The share of requests that is traced; None sends nothing."""
AIMS = {"metrics": 0.95, "metrics and 1 % traces": 0.9}
SENT, LOST = "exchange_spans_sent_total", "exchange_spans_lost_total"


@contextmanager
def told(cores: Cores, folder: Path, way: str) -> Iterator[Mapping[str, Any]]:
    """The configuration's section; a collector runs where it names one."""
    share = SHARES.get(way)
    if way == OFF:
        yield {"metrics": False}
    elif share is None:
        yield {}
    else:
        with serving(cores.loading, COLLECTOR, folder / "collector.log") as ready:
            yield {"endpoint": ready["address"], "traces": share}


def measure_way(cores: Cores, settings: Settings, folder: Path, way: str) -> Figures:
    """Orders of which every other one trades; for traces also what became of their spans."""
    with told(cores, folder, way) as telemetry, exchange(cores.serving, ACCOUNT, folder, telemetry=telemetry) as served:
        wrk = wrk_on(cores, settings, folder, market_of(served["rest"]).trading)
        return {**rates(wrk, served, settings), **spans(served["metrics"], SHARES.get(way))}


def spans(address: str, share: float | None) -> Figures:
    """The share of the spans that never reached the collector. Raises CannotMeasure where none did."""
    if share is None:
        return {}
    with urllib.request.urlopen(f"{address}/metrics", timeout=10) as reply:
        families = text_string_to_metric_families(reply.read().decode())
    values = {sample.name: sample.value for family in families for sample in family.samples}
    if not values[SENT]:
        raise CannotMeasure("no span has reached the collector: nothing was traced")
    return {"lost": values[LOST] / (values[SENT] + values[LOST])}


def findings(rounds: list[Round]) -> list[Finding]:
    traced = [way for way, share in SHARES.items() if share is not None]
    return [
        Finding(OFF, "orders/s", level(rounds, f"{OFF} {PER_SECOND}")),
        *(
            Finding(
                f"{way} / {OFF}", "times", ratio(rounds, f"{way} {PER_SECOND}", f"{OFF} {PER_SECOND}"), AIMS.get(way)
            )
            for way in SHARES
        ),
        *(
            Finding(
                f"{way} / {OFF}, per second of processor time",
                "times",
                ratio(rounds, f"{way} {PER_PROCESSOR_SECOND}", f"{OFF} {PER_PROCESSOR_SECOND}"),
            )
            for way in SHARES
        ),
        *(Finding(f"{way}: spans lost", "of all", level(rounds, f"{way} lost")) for way in traced),
    ]


def run(settings: Settings) -> Report:
    """Measure. Raises CannotMeasure."""
    cores = two_cores()
    with TemporaryDirectory() as name:
        contenders: dict[str, Callable[[], Figures]] = {
            way: partial(measure_way, cores, settings, Path(name), way) for way in (OFF, *SHARES)
        }
        rounds = list(measure_rounds(contenders, settings.rounds))
    question = "What telemetry leaves of the orders a second that one core of the exchange takes"
    return Report("telemetry_cost", question, settings.record(), rounds, findings(rounds))
