"""What an experiment asks: whether the venue answers, what a fault has touched, and whether any is left."""

import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from chaos.toolkit.ground import Configuration, Secrets, proxy_of, venue_of

__all__ = ["fault_hits", "faults_in_force", "venue_answers"]

_NOTHING: Mapping[str, Any] = {}


def venue_answers(url: str, timeout_s: float = 1.0) -> bool:
    """Whether GET ``url``, such as http://127.0.0.1:8080/api/v3/ping, is answered with 200 in time."""
    try:
        with urllib.request.urlopen(url, timeout=timeout_s) as reply:  # noqa: S310 - the experiment's own address
            return bool(reply.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def fault_hits(fault_id: str, configuration: Configuration = _NOTHING, secrets: Secrets = _NOTHING) -> int:
    """How much the fault has touched so far; 0 for one that nobody knows."""
    for client in (proxy_of(configuration), venue_of(configuration, secrets)):
        known = client.known() if client is not None else {}
        if fault_id in known:
            return int(known[fault_id]["hits"])
    return 0


def faults_in_force(configuration: Configuration = _NOTHING, secrets: Secrets = _NOTHING) -> int:
    """How many faults proxy and exchange hold; 0 is what an experiment has to leave behind."""
    clients = (proxy_of(configuration), venue_of(configuration, secrets))
    known = [fault for client in clients if client is not None for fault in client.known().values()]
    return sum(fault["lifted_by"] is None for fault in known)
