"""Undoing what a dead owner has done to processes and containers that were there before it: verbs, and what they do.

resume PID BORN   unpause CONTAINER   start CONTAINER   quota CONTAINER MICROSECONDS
connect CONTAINER NETWORK ALIAS...
"""

import signal
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from chaos.processes import Process

if TYPE_CHECKING:
    import docker
    from docker.models.containers import Container

VERBS = ("resume", "unpause", "start", "quota", "connect")


def undo(held: Iterable[tuple[str, ...]], log: Callable[[str], None]) -> None:
    """Each by itself, the last first; one that fails is told and stops none of the others."""
    with_engine = []
    for words in reversed([*held]):
        match words:
            case ("resume", pid, *born):
                Process(int(pid), " ".join(born)).send(signal.SIGCONT)
            case _:
                with_engine.append(words)
    if with_engine:
        _undo_with_engine(with_engine, log)


def _undo_with_engine(held: Iterable[tuple[str, ...]], log: Callable[[str], None]) -> None:
    import docker  # noqa: PLC0415 - takes longer to import than the guardian to do all the rest
    import docker.errors  # noqa: PLC0415
    import requests  # noqa: PLC0415

    engine = docker.from_env(timeout=20)
    for words in held:
        try:
            _act(engine, words)
        except docker.errors.NotFound:
            continue  # the container is gone, and with it what was to be undone
        except (docker.errors.APIError, requests.RequestException) as error:
            log(f"could not undo {' '.join(words)}: {error}")


def _act(engine: "docker.DockerClient", words: tuple[str, ...]) -> None:
    container: Container = engine.containers.get(words[1])
    match words:
        case ("unpause", _) if container.status == "paused":
            container.unpause()
        case ("start", _) if container.status != "running":
            container.start()
        case ("quota", _, microseconds):
            container.update(cpu_quota=int(microseconds) or -1)
        case ("connect", _, network, *aliases) if network not in container.attrs["NetworkSettings"]["Networks"]:
            engine.networks.get(network).connect(container, aliases=aliases)
