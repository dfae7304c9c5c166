"""How each client is started: a command that sends signed orders to an address until it is stopped.

Users in a closed loop, each as soon as the last was answered; or arrivals, so many a second.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.clients.pace import PER_USER_PER_S
from benchmarks.cores import ROOT, tool
from benchmarks.signed_orders import Account

HERE = ROOT / "benchmarks" / "clients"
NS_PER_SECOND = 1_000_000_000
START_SECONDS = 2
"""Until the generator's time zero: it starts its interpreter meanwhile."""
LENGTH_SECONDS = 600


K6_USERS = 500
"""Virtual users that k6 has for arrivals: more than are ever busy where it keeps up; each costs it memory."""


def brownout(url: str, account: Account, users: int, folder: Path) -> list[str]:
    """Our generator process with one closed phase, all orders."""
    return _generator(url, account, folder, {"kind": "closed", "name": "sweep", "users": users})


def brownout_arrivals(url: str, account: Account, rate: int, folder: Path) -> list[str]:
    """Our generator process with one open phase, all orders."""
    even = {"shape": "constant"}
    return _generator(url, account, folder, {"kind": "open", "name": "open", "rate": f"{rate}/s", "arrivals": even})


def _generator(url: str, account: Account, folder: Path, phase: Mapping[str, object]) -> list[str]:
    plan = {
        "base_url": url,
        "venue": "benchmark",
        "seed": 1,
        "epoch_monotonic_ns": time.monotonic_ns() + START_SECONDS * NS_PER_SECOND,
        "mix": {"order.place": 1},
        "symbols": {"BTCUSDT": 1},
        "keys": [{"key": account.key, "secret": account.secret}],
        "phases": [{**phase, "start_ns": 0, "end_ns": LENGTH_SECONDS * NS_PER_SECOND}],
        "timeout_ms": 5000,
        "deadline_ms": 1000,
        "in_flight_max": 4000,
        "samples_dir": str(folder / "samples"),
        "health_file": str(folder / "health" / "worker-0.jsonl"),
        "run_token": "bench",
    }
    path = folder / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    return [sys.executable, "-m", "scenarios.generator", str(path)]


def fast_http_user(url: str, account: Account, users: int, folder: Path) -> list[str]:
    """Locust as its documentation runs it without a web UI."""
    del account, folder
    return _locust("fast_http_user.py", url, users)


def paced_users(url: str, account: Account, rate: int, folder: Path) -> list[str]:
    """Locust with as many of its users at a steady pace as make the rate."""
    del account, folder
    return _locust("paced_user.py", url, rate // PER_USER_PER_S)


def _locust(users_file: str, url: str, users: int) -> list[str]:
    locust = [sys.executable, "-m", "locust", "-f", str(HERE / users_file), "--headless", "--only-summary"]
    return [*locust, "--host", url, "--users", str(users), "--spawn-rate", str(users)]


def k6(url: str, account: Account, users: int, folder: Path) -> list[str]:
    """k6 without its progress bar, summary and usage report."""
    del folder
    load = ["--vus", str(users), "--duration", f"{LENGTH_SECONDS}s"]
    return [*_k6(url, account), *load, str(HERE / "k6_orders.js")]


def k6_arrivals(url: str, account: Account, rate: int, folder: Path) -> list[str]:
    """k6's executor for arrivals at a constant rate."""
    del folder
    load = ["--env", f"RATE={rate}", "--env", f"VUS={K6_USERS}", "--env", f"LENGTH={LENGTH_SECONDS}s"]
    return [*_k6(url, account), *load, str(HERE / "k6_arrivals.js")]


def _k6(url: str, account: Account) -> list[str]:
    quiet = ["--quiet", "--no-summary", "--no-usage-report", "--no-color", "--address", ""]
    given = ["--env", f"URL={url}", "--env", f"KEY={account.key}", "--env", f"SECRET={account.secret}"]
    return [tool("k6", "make bench installs it"), "run", *quiet, *given]


Client = Callable[[str, Account, int, Path], list[str]]
CLIENTS: Mapping[str, Client] = {"brownout": brownout, "FastHttpUser": fast_http_user, "k6": k6}
"""Closed loops of so many users."""
ARRIVING: Mapping[str, Client] = {"brownout": brownout_arrivals, "FastHttpUser": paced_users, "k6": k6_arrivals}
"""So many orders a second."""
