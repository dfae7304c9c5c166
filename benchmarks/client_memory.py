"""What a load client's memory grows by while it sends a million signed orders, beside k6 and Locust's FastHttpUser.

Each sends as fast as it can in a closed loop, as in ``client_orders``. Resident memory is read when the responder has
counted the first fifth of the orders and when it has counted all of them; what lies between is growth and not start.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.client_orders import RESPONDER
from benchmarks.clients.commands import CLIENTS
from benchmarks.cores import CannotMeasure, Cores, running, serving, two_cores
from benchmarks.exchange_orders import ACCOUNT
from benchmarks.results import Finding, Report
from benchmarks.rounds import Figures, Round, Spread, level, measure_rounds
from benchmarks.settings import Settings
from benchmarks.tally import await_first_request, read_tally

ORDERS_PER_SECOND = 50_000
"""Orders of a measurement for each second of the settings: a second is a sample, twenty of them are a million."""
FIRST_SHARE = 0.2
KIB_PER_MIB = 1024
MILLION = 1_000_000
GROWTH, RESIDENT = "mib_per_million_orders", "mib_at_the_end"
PATIENCE_SECONDS = 900


def resident_mib(pid: int) -> float:
    """Memory of the process that is in use, ``VmRSS`` of proc(5)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / KIB_PER_MIB


def await_orders(port: int, orders: int, client: str) -> int:
    """Return how many there are, once there are so many. Raises CannotMeasure when that takes too long."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while (counted := read_tally(port).requests) < orders:
        if time.monotonic() > give_up:
            raise CannotMeasure(f"{client} sent {counted} of {orders} orders in {PATIENCE_SECONDS} s")
        time.sleep(0.05)
    return counted


def measure(cores: Cores, settings: Settings, folder: Path, client: str) -> Figures:
    """MiB at the end, and by how much a million orders raised it."""
    last = settings.seconds * ORDERS_PER_SECOND
    with serving(cores.serving, RESPONDER, folder / "responder.log") as ready:
        port = ready["tally_port"]
        command = CLIENTS[client](ready["rest"], ACCOUNT, settings.connections, folder)
        with running(cores.loading, command, folder / f"{client}.log") as process:
            await_first_request(port, client)
            first = await_orders(port, round(last * FIRST_SHARE), client)
            began = resident_mib(process.pid)
            counted = await_orders(port, last, client)
            ended = resident_mib(process.pid)
    return {GROWTH: (ended - began) / (counted - first) * MILLION, RESIDENT: ended}


def findings(rounds: Sequence[Round]) -> list[Finding]:
    return [
        *(Finding(f"{client}, growth per million orders", "MiB", grown(rounds, client)) for client in CLIENTS),
        *(Finding(f"{client}, at the end", "MiB", level(rounds, f"{client} {RESIDENT}")) for client in CLIENTS),
    ]


def grown(rounds: Sequence[Round], client: str) -> Spread:
    return level(rounds, f"{client} {GROWTH}")


def run(settings: Settings) -> Report:
    """Measure. Raises CannotMeasure."""
    cores = two_cores()
    with TemporaryDirectory() as name:
        contenders: dict[str, Callable[[], Figures]] = {
            client: partial(measure, cores, settings, Path(name), client) for client in CLIENTS
        }
        rounds = list(measure_rounds(contenders, settings.rounds))
    question = f"Memory of a load client over {settings.seconds * ORDERS_PER_SECOND:,} signed orders in a closed loop"
    return Report("client_memory", question, settings.record(), rounds, findings(rounds))
