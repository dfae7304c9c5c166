"""``python -m benchmarks.soak``: random faults from the whole table under load, for an hour.

After every few faults an audit has to be clean. The record says what the exchange and the proxy held at each audit:
memory, descriptors, threads; and how many processes there were in all.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import product
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psutil

from benchmarks.cores import ROOT, pinned, two_cores
from benchmarks.results import FOLDER, commit, host
from chaos.audit import audit, ping_ms
from chaos.clock import RunClock
from chaos.conductor import Conductor
from chaos.guardian import Guardian
from chaos.kinds import KINDS
from chaos.parse import parse_fault
from chaos.timeline import PlannedFault
from scenarios.model import Rate
from scenarios.plan import ApiKey, GeneratorPlan, PlannedOpen
from scenarios.targets.embedded import EmbeddedTarget
from scenarios.targets.target import LiveTarget
from slo.history import Event, EventKind, Operation

NS_PER_S = 1_000_000_000
MIX = {Operation.ORDER_PLACE: 4, Operation.ORDER_CANCEL: 4, Operation.ORDER_QUERY: 4, Operation.BOOK_READ: 8}
EXCHANGE = {
    "service_time": {"distribution": "exponential", "mean": "1ms"},
    "durable": {},
    "rate_limits": {"enabled": False},
}
MODULES = ("mock_exchange", "chaos.proxy")
AT_ONCE_MAX = 3
FAULT_S = (0.5, 3.0)
SETTLE_S = 2.0


@dataclass(frozen=True, slots=True)
class Held:
    """What a process holds."""

    rss_mib: float
    descriptors: int
    threads: int


@dataclass(frozen=True, slots=True)
class Look:
    """After one batch of faults. ``processes``: how many there are below this one."""

    at_s: float
    faults: list[str]
    left: list[str]
    failed: list[str]
    exchange: Held
    proxy: Held
    processes: int


@dataclass(slots=True)
class Soak:
    """What was seen so far."""

    looks: list[Look] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)


def main(arguments: list[str]) -> int:
    """0 where every audit was clean."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=100.0, help="requests a second (%(default)g)")
    parser.add_argument("--no-record", action="store_true", help="print only")
    asked = parser.parse_args(arguments)
    with TemporaryDirectory() as name, Guardian(Path(name) / "guardian.log") as guardian:
        folder = Path(name)
        with EmbeddedTarget(EXCHANGE).up(guardian, folder, asked.seed) as live:  # type: ignore[arg-type]
            plan = _plan(live, folder, asked.rate, asked.minutes, asked.seed)
            with _load(plan, folder / "load.log"):
                soak = _soak(live, random.Random(asked.seed), asked.minutes * 60)
    return _tell(soak, asked)


@contextmanager
def _load(plan: Path, log: Path) -> Iterator[None]:
    """The generator of runs, on its own core; what it says goes to a file, as nobody would read a pipe."""
    command = pinned(two_cores().loading, [sys.executable, "-m", "scenarios.generator", str(plan)])
    with log.open("wb") as said, subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said) as generator:
        try:
            yield
        finally:
            generator.terminate()


def _soak(live: LiveTarget, chance: random.Random, seconds: float) -> Soak:
    time.sleep(SETTLE_S)
    soak, began, before_ms = Soak(), time.monotonic(), ping_ms(live.ground)
    while time.monotonic() - began < seconds:
        events: list[Event] = []
        planned = list(_planned(chance))
        clock = RunClock(time.monotonic_ns())
        with Conductor(planned, live.ground, clock, events.append) as conductor:
            conductor.start()
            time.sleep(max(each.until_ns for each in planned) / NS_PER_S)
        found = audit(live.ground, before_ms)
        for fault in planned:
            soak.kinds[fault.fault.kind] += 1
        for event in events:
            hits = event.detail.get("hits")
            if event.kind is EventKind.FAULT_HEALED and isinstance(hits, int):
                soak.hits[event.subject.partition("-")[0]] += hits
        failed = [
            f"{each.subject}: {each.detail.get('error')}" for each in events if each.kind is EventKind.FAULT_FAILED
        ]
        look = _look(time.monotonic() - began, [each.id for each in planned], list(found.left), failed)
        soak.looks.append(look)
        print(json.dumps(asdict(look)), flush=True)
    return soak


def _planned(chance: random.Random) -> Iterator[PlannedFault]:
    """A few, that overlap: with the parameters of their examples."""
    for kind in chance.sample(sorted(KINDS), chance.randint(1, AT_ONCE_MAX)):
        fault, on = parse_fault(kind, dict(KINDS[kind].example), {})
        at_ns, for_ns = (round(chance.uniform(*FAULT_S) * NS_PER_S) for _ in range(2))
        yield PlannedFault(f"{kind}-{chance.getrandbits(32)}", at_ns, for_ns, fault, on)


def _plan(live: LiveTarget, folder: Path, rate_per_s: float, minutes: float, seed: int) -> Path:
    """Open arrivals for longer than the soak takes; it ends with it."""
    rate = Rate.parse(f"{rate_per_s:g}/s")
    end_ns = round((minutes + 10) * 60 * NS_PER_S)
    plan = GeneratorPlan(
        base_url=live.base_url,
        venue=live.record.venue,
        seed=seed,
        epoch_monotonic_ns=time.monotonic_ns() + NS_PER_S,
        mix=MIX,
        keys=[ApiKey(key=each.key, secret=each.secret) for each in live.accounts],
        phases=[PlannedOpen(name="soak", start_ns=0, end_ns=end_ns, rate=rate, arrivals="poisson")],
        timeout_ms=2_000,
        deadline_ms=1_000,
        in_flight_max=2_000,
        samples_dir=str(folder / "samples"),
        run_token="soak",
    )
    file = folder / "plan.json"
    file.write_text(plan.model_dump_json(), encoding="utf-8")
    return file


def _look(at_s: float, faults: list[str], left: list[str], failed: list[str]) -> Look:
    below = psutil.Process(os.getpid()).children(recursive=True)
    by_module = {
        module: each for each in below for module in ("mock_exchange", "chaos.proxy") if module in each.cmdline()
    }
    held = {module: _held(each) for module, each in by_module.items()}
    return Look(round(at_s, 1), faults, left, failed, held["mock_exchange"], held["chaos.proxy"], len(below))


def _held(process: psutil.Process) -> Held:
    return Held(round(process.memory_info().rss / 2**20, 1), process.num_fds(), process.num_threads())


def _tell(soak: Soak, asked: argparse.Namespace) -> int:
    dirty = [look for look in soak.looks if look.left]
    print(f"{len(soak.looks)} audits, {len(dirty)} not clean")
    print(f"{soak.kinds.total()} faults of {len(soak.kinds)} kinds of {len(KINDS)}; {soak.hits.total()} hits")
    quarter = max(1, len(soak.looks) // 4)
    for name, what in product(("exchange", "proxy"), ("rss_mib", "descriptors", "threads")):
        figures = [getattr(getattr(look, name), what) for look in soak.looks]
        first, last = median(figures[:quarter]), median(figures[-quarter:])
        print(f"  {name} {what}: median {first} in the first quarter, {last} in the last")
    print(f"  processes: {sorted({look.processes for look in soak.looks})}")
    if not asked.no_record:
        content = {
            "name": "soak", "commit": commit(), "host": host(), "minutes": asked.minutes, "seed": asked.seed,
            "rate_per_s": asked.rate, "kinds": dict(soak.kinds), "hits": dict(soak.hits),
            "looks": [asdict(look) for look in soak.looks],
        }  # fmt: skip
        FOLDER.joinpath("soak.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return 1 if dirty else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
