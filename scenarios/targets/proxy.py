"""The fault proxy of a run, as a process of this host before its exchange."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from chaos.guardian import Guardian
from scenarios.errors import TargetUnavailable
from scenarios.processes import RunProcess, pin, processor_shares


@dataclass(frozen=True, slots=True)
class RunningProxy:
    process: RunProcess
    base_url: str
    """Where the traffic goes."""
    api: str
    """Where faults are set."""


def start_proxy(guardian: Guardian, logs: Path, upstream: str, workers: int = 1) -> RunningProxy:
    """Start a proxy before ``upstream`` (host:port) on free ports, off the processors of so many generators.

    Raises TargetUnavailable if it does not come up.
    """
    arguments = ["--api", "127.0.0.1:0", "--listen", "127.0.0.1:0", "--upstream", upstream]
    process = RunProcess("proxy", "chaos.proxy", arguments, guardian, logs)
    try:
        ready = process.wait_until_ready()
        pin(process.pid, processor_shares(workers)[0])
        return RunningProxy(process, f"http://{_first_listener(ready)}", str(ready["api"]))
    except BaseException:
        process.terminate()
        raise


def _first_listener(ready: Mapping[str, JsonValue]) -> str:
    proxies = ready.get("proxies")
    if not isinstance(proxies, list) or not proxies or not isinstance(proxies[0], dict):
        raise TargetUnavailable(f"the fault proxy named no listener when it started: {json.dumps(dict(ready))}")
    return str(proxies[0]["listen"])
