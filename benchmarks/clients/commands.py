"""How each client is started: a command that sends signed orders to an address until it is stopped."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.cores import ROOT, tool
from benchmarks.signed_orders import Account

HERE = ROOT / "benchmarks" / "clients"
NS_PER_SECOND = 1_000_000_000
START_SECONDS = 2
"""Until the generator's time zero: it starts its interpreter meanwhile."""
LENGTH_SECONDS = 600


def brownout(url: str, account: Account, users: int, folder: Path) -> list[str]:
    """Our generator process with one closed phase, all orders."""
    plan = {
        "base_url": url,
        "venue": "benchmark",
        "seed": 1,
        "epoch_monotonic_ns": time.monotonic_ns() + START_SECONDS * NS_PER_SECOND,
        "mix": {"order.place": 1},
        "symbols": {"BTCUSDT": 1},
        "keys": [{"key": account.key, "secret": account.secret}],
        "phases": [
            {"kind": "closed", "name": "sweep", "start_ns": 0, "end_ns": LENGTH_SECONDS * NS_PER_SECOND, "users": users}
        ],
        "timeout_ms": 5000,
        "deadline_ms": 1000,
        "in_flight_max": 1000,
        "samples_dir": str(folder / "samples"),
        "run_token": "bench",
    }
    path = folder / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    return [sys.executable, "-m", "scenarios.generator", str(path)]


def fast_http_user(url: str, account: Account, users: int, folder: Path) -> list[str]:
    """Locust as its documentation runs it without a web UI."""
    del account, folder
    locust = [sys.executable, "-m", "locust", "-f", str(HERE / "fast_http_user.py"), "--headless", "--only-summary"]
    return [*locust, "--host", url, "--users", str(users), "--spawn-rate", str(users)]


def k6(url: str, account: Account, users: int, folder: Path) -> list[str]:
    """k6 without its progress bar, summary and usage report."""
    del folder
    quiet = ["--quiet", "--no-summary", "--no-usage-report", "--no-color", "--address", ""]
    given = ["--env", f"URL={url}", "--env", f"KEY={account.key}", "--env", f"SECRET={account.secret}"]
    load = ["--vus", str(users), "--duration", f"{LENGTH_SECONDS}s"]
    return [tool("k6", "make bench installs it"), "run", *quiet, *given, *load, str(HERE / "k6_orders.js")]


Client = Callable[[str, Account, int, Path], list[str]]
CLIENTS: Mapping[str, Client] = {"brownout": brownout, "FastHttpUser": fast_http_user, "k6": k6}
