"""The ground of an experiment, as its configuration describes it."""

from collections.abc import Mapping
from functools import cache

import docker

from chaos.errors import InvalidFault
from chaos.fault_client import FaultClient
from chaos.ground import Ground, ProcessControl
from chaos.ground.container import Container
from chaos.ground.embedded import EmbeddedProcess
from chaos.guardian import Guardian

Configuration = Mapping[str, object]
Secrets = Mapping[str, str]


def proxy_of(configuration: Configuration) -> FaultClient | None:
    address = configuration.get("brownout_proxy")
    return FaultClient(str(address)) if address else None


def venue_of(configuration: Configuration, secrets: Secrets) -> FaultClient | None:
    address = configuration.get("brownout_admin")
    if not address:
        return None
    return FaultClient(str(address), named="exchange's admin port", token=secrets.get("admin_token", ""))


def ground_of(configuration: Configuration, secrets: Secrets, seed: int) -> Ground:
    return Ground(_process_of(configuration), proxy_of(configuration), venue_of(configuration, secrets), seed=seed)


@cache
def _guardian() -> Guardian:
    """Undoes what this process has done to processes and containers, however it ends."""
    guardian = Guardian()
    guardian.start()
    return guardian


def _process_of(configuration: Configuration) -> ProcessControl | None:
    pid, container = configuration.get("brownout_pid"), configuration.get("brownout_container")
    if container:
        return Container(docker.from_env().containers.get(str(container)), keeper=_guardian())
    if not pid:
        return None
    if not str(pid).isdigit():
        raise InvalidFault("configuration.brownout_pid", pid, "must be the number of a process")
    return EmbeddedProcess(int(str(pid)), keeper=_guardian())
