"""Time and randomness are arguments: only the files named here may take them from the world, each for its reason."""

import ast
from collections.abc import Iterator

import pytest

from tests.conventions.sources import PACKAGES, modules, relative, tree

READS_A_CLOCK = frozenset(
    f"time.{name}{unit}"
    for name in ("time", "monotonic", "perf_counter", "clock_gettime", "process_time", "thread_time")
    for unit in ("", "_ns")
) | {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now"}
SEEDED = frozenset(
    {"random.Random", "random.SystemRandom", "np.random.default_rng", "np.random.Generator", "np.random.PCG64"}
)

ALLOWED = {
    "brownout/commands/run.py": "a run folder is named after the time of day",
    "chaos/audit.py": "times pings, and waits for a target to be as it was, with an end to it",
    "chaos/clock.py": "is the clock of conductor and proxy",
    "chaos/conductor.py": "bounds how long stopping may wait for its thread",
    "chaos/ground/container.py": "waits for a container to serve, with an end to it",
    "chaos/ground/embedded.py": "bounds how long a process may take to stop or go on",
    "chaos/guardian/rescue.py": "bounds how long processes may take to end; the run that had a clock is gone",
    "chaos/kinds/process/recovery.py": "measures how long a target takes to answer again",
    "chaos/proxy/timer.py": "wakes what is held back: it is the proxy's clock",
    "mock_exchange/clock.py": "is the clock of the exchange",
    "mock_exchange/precise_timer.py": "wakes the served order: it polls the clock that it is precise about",
    "scenarios/asking.py": "bounds how long the venue is asked about orders",
    "scenarios/calibration/responder.py": "is a process that tells how busy it was",
    "scenarios/generating.py": "sets the run's time zero",
    "scenarios/generator/drive.py": "is the edge of the generator process: makes the clocks that all else is given",
    "scenarios/hosts/agent.py": "is the edge of a worker: answers what its clock shows, and bounds its wait for a run",
    "scenarios/hosts/gathering.py": "measures the clocks of other hosts, and bounds how long they may be silent",
    "scenarios/locustfile.py": "is the edge under plain Locust: makes the clocks that all else is given",
    "scenarios/subscriber/drive.py": "is the edge of the subscriber process: makes the clocks that all else is given",
    "scenarios/processes.py": "bounds how long processes may take to get ready or to end",
}
"""File to the reason why it reads a clock itself."""


def dotted(node: ast.expr) -> str:
    """``a.b.c`` of an attribute chain, or an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value)):
        return f"{owner}.{node.attr}"
    return ""


def names_imported_from(module: ast.Module, source: str) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module == source:
            yield from (f"{source}.{name.name}" for name in node.names)


def takes_from_the_world(module: ast.Module) -> set[str]:
    """Clocks that the module reads and global random functions that it draws from, whether called or passed on."""
    used = {name for node in ast.walk(module) if isinstance(node, ast.Attribute) and (name := dotted(node))}
    used |= {name for source in ("time", "random") for name in names_imported_from(module, source)}
    drawn = {name for name in used if name.startswith(("random.", "np.random.", "numpy.random."))}
    seeded = {name for name in drawn if any(name == allowed or name.startswith(f"{allowed}.") for allowed in SEEDED)}
    return (used & READS_A_CLOCK) | (drawn - seeded)


def found() -> dict[str, set[str]]:
    return {relative(path): uses for path in modules(*PACKAGES) if (uses := takes_from_the_world(tree(path)))}


def test_only_the_named_files_take_time_or_randomness_from_the_world() -> None:
    assert {path: uses for path, uses in found().items() if path not in ALLOWED} == {}


def test_nobody_draws_from_the_global_generator() -> None:
    assert {path: uses for path, uses in found().items() if any("random" in use for use in uses)} == {}


def test_every_exception_is_still_needed() -> None:
    assert set(ALLOWED) - set(found()) == set()


@pytest.mark.parametrize(
    "line",
    [
        "now = time.time()",
        "Clock(now=time.monotonic_ns)",
        "from time import time",
        "random.random()",
        "np.random.rand(3)",
    ],
)
def test_the_search_finds(line: str) -> None:
    assert takes_from_the_world(ast.parse(line))


@pytest.mark.parametrize("line", ["rng = random.Random(7)", "np.random.default_rng(7)", "order.time", "clock.time()"])
def test_the_search_lets_pass(line: str) -> None:
    assert not takes_from_the_world(ast.parse(line))
