"""The embedded target as runs have it: a real exchange and proxy, guarded, with a ground for faults."""

import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import JsonValue

from chaos.guardian import Guardian
from scenarios.targets.embedded import EmbeddedTarget
from scenarios.targets.target import LiveTarget


@contextmanager
def embedded(exchange: Mapping[str, JsonValue] | None = None) -> Iterator[LiveTarget]:
    with (
        tempfile.TemporaryDirectory() as folder,
        Guardian() as guardian,
        EmbeddedTarget(exchange or {}).up(guardian, Path(folder), seed=1) as live,
    ):
        yield live


def asked(live: LiveTarget, seconds: float = 1.0) -> int | None:
    """The status with which a ping is answered; None for no answer."""
    try:
        with urllib.request.urlopen(f"{live.base_url}/api/v3/ping", timeout=seconds) as reply:  # noqa: S310 - loopback
            return int(reply.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return None
