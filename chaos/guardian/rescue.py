"""Ending what a dead run has left: processes with signals, Compose projects through the engine."""

import signal
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from chaos.guardian.holding import MARK
from chaos.processes import Process

if TYPE_CHECKING:
    import docker

_TERMINATE_WITHIN_S = 2.0
_REMOVE_WITHIN_S = 60.0
_LOOK_EVERY_S = 0.02
_ENGINE_SETTLES_S = 0.5
_LOOKS_FOR_MARKED = 3
_STARTS_WITHIN_S = 0.1
_PROC = Path("/proc")
_PROJECT_LABEL = "com.docker.compose.project"


def end_processes(processes: Iterable[Process]) -> None:
    """Resume and terminate each with its group, all at once; kill those that are still there two seconds later."""
    left = list(processes)
    for process in left:
        process.send_to_group(signal.SIGTERM)
        process.send_to_group(signal.SIGCONT)  # a stopped process acts on SIGTERM only once it runs
    deadline = time.monotonic() + _TERMINATE_WITHIN_S
    while any(process.alive() for process in left) and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY_S)
    for process in left:  # also where the leader has ended: its group may not have
        process.send_to_group(signal.SIGKILL)


def end_marked_processes(marks: Iterable[str]) -> None:
    """End every process with one of these marks in its environment; where there is no /proc, none can be found.

    Looks again a moment later: one that was just being started has its environment only once it runs its program.
    """
    wanted = [f"{MARK}={mark}".encode() for mark in marks]
    looks = _LOOKS_FOR_MARKED if wanted and _PROC.joinpath("self", "environ").exists() else 0
    for _ in range(looks):
        end_processes(_marked(wanted))
        time.sleep(_STARTS_WITHIN_S)


def _marked(wanted: list[bytes]) -> list[Process]:
    pids = [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit() and int(entry.name) > 1]
    found = [Process.of(pid) for pid in pids if not _environment(pid).isdisjoint(wanted)]
    return [process for process in found if process is not None]


def _environment(pid: int) -> set[bytes]:
    """As NAME=value; empty for a process that has ended or is another user's."""
    try:
        return set(_PROC.joinpath(str(pid), "environ").read_bytes().split(b"\0"))
    except OSError:
        return set()


def remove_projects(names: Iterable[str], log: Callable[[str], None]) -> None:
    """Remove containers, networks and volumes of Compose projects, as `docker compose down --volumes` would."""
    wanted = list(names)
    if not wanted:
        return
    import docker  # noqa: PLC0415 - takes longer to import than the guardian to do all the rest

    engine = docker.from_env(timeout=20)
    for name in wanted:
        _remove_project(engine, name, log)


def _remove_project(engine: "docker.DockerClient", name: str, log: Callable[[str], None]) -> None:
    """Until nothing is found twice: a `compose up` that was under way may just have asked for another container."""
    deadline = time.monotonic() + _REMOVE_WITHIN_S
    clean = 0
    while clean < 2 and time.monotonic() < deadline:
        found = _remove_once(engine, name, log)
        clean = 0 if found else clean + 1
        time.sleep(_ENGINE_SETTLES_S)


def _remove_once(engine: "docker.DockerClient", name: str, log: Callable[[str], None]) -> int:
    """How many things there were to remove. Containers first: networks and volumes in use cannot be removed."""
    label: dict[str, str | list[str] | bool] = {"label": f"{_PROJECT_LABEL}={name}"}
    removals: list[tuple[str, Callable[[], object]]] = []
    for container in engine.containers.list(all=True, filters=label, ignore_removed=True):
        if container.status == "paused":
            removals.append((f"pause of {container.name}", container.unpause))
        removals.append((f"container {container.name}", partial(container.remove, force=True, v=True)))
    removals += [(f"network {each.name}", each.remove) for each in engine.networks.list(filters=label)]
    removals += [(f"volume {each.name}", each.remove) for each in engine.volumes.list(filters=label)]
    for what, remove in removals:
        _attempt(what, remove, log)
    return len(removals)


def _attempt(what: str, remove: Callable[[], object], log: Callable[[str], None]) -> None:
    import docker.errors  # noqa: PLC0415
    import requests  # noqa: PLC0415

    try:
        remove()
    except docker.errors.NotFound:
        return
    except (docker.errors.APIError, requests.RequestException) as error:
        log(f"could not remove {what} yet: {error}")
    else:
        log(f"removed {what}")
