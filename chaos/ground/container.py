"""A target that runs in a container: the engine pauses, ends, starts, limits and disconnects it."""

import time
from collections.abc import Callable, Sequence

import docker.errors
import requests
from docker.models.containers import Container as DockerContainer
from docker.models.networks import Network

from chaos.errors import CannotApply, CannotHeal
from chaos.ground.holders import Holders
from chaos.ground.keeper import NOBODY, Keeper
from chaos.ground.limits import CpuLimits

_ENGINE_ERRORS = (docker.errors.APIError, requests.RequestException)
_END_WITHIN_S = 10
_UP_WITHIN_S = 30.0
_LOOK_EVERY_S = 0.05
_PERIOD_US = 100_000
"""Of a quota, as the engine has it by default."""


class Container:
    """ProcessControl over the Docker engine. ``networks`` are the names of those that a partition takes it off.

    ``keeper`` undoes what was done should we die: for a container that is not removed with the run anyway.
    """

    def __init__(self, container: DockerContainer, networks: Sequence[str] = (), keeper: Keeper = NOBODY) -> None:
        self._container = container
        self._id = str(container.id)
        self._keeper = keeper
        self._networks = tuple(networks)
        self._aliases: dict[str, list[str]] = {}
        self._pauses = Holders(self._stop, self._continue)
        self._downs = Holders(self._end, self._start)
        self._cuts = Holders(self._disconnect, self._connect)
        self._limits = CpuLimits(self._limit)
        self._quota_before: int | None = None
        self._ends_gracefully = False

    def pause(self, holder: str) -> None:
        self._pauses.add(holder)

    def resume(self, holder: str) -> None:
        self._pauses.remove(holder)

    def take_down(self, holder: str, *, gracefully: bool) -> None:
        self._ends_gracefully = gracefully
        self._downs.add(holder)

    def bring_up(self, holder: str) -> None:
        self._downs.remove(holder)

    @property
    def is_down(self) -> bool:
        return self._downs.held

    def limit_cpu(self, holder: str, percent: float) -> None:
        self._limits.add(holder, percent)

    def lift_cpu_limit(self, holder: str) -> None:
        self._limits.remove(holder)

    def cut_off(self, holder: str) -> None:
        if not self._networks:
            raise CannotApply(f"container {self._container.name} is on no network that it could be taken off")
        self._cuts.add(holder)

    def reconnect(self, holder: str) -> None:
        self._cuts.remove(holder)

    def leftovers(self) -> list[str]:
        name = self._container.name
        try:
            self._container.reload()
        except docker.errors.NotFound:
            return [f"container {name} is gone"]
        except _ENGINE_ERRORS as error:
            return [f"container {name} cannot be looked at: {_reason(error)}"]
        status, on = self._container.status, self._container.attrs["NetworkSettings"]["Networks"]
        quota = self._quota()
        return [
            *([] if status == "running" else [f"container {name} is {status}"]),
            *([] if self._quota_before in (None, quota) else [f"container {name} has a processor quota of {quota} µs"]),
            *(f"container {name} is off network {network}" for network in self._networks if network not in on),
        ]

    def alive(self) -> bool:
        try:
            self._container.reload()
        except docker.errors.NotFound:
            return False
        return self._container.status in ("running", "paused")

    # Standing still

    def _stop(self) -> None:
        self._keeper.keep(f"paused-{self._id}", "unpause", self._id)
        self._apply(self._container.pause, "paused")

    def _continue(self) -> None:
        """A container that is gone or not paused has nothing to be healed of; the engine answers 404, 409 or 500."""
        try:
            self._container.unpause()
        except _ENGINE_ERRORS as error:
            if not isinstance(error, docker.errors.NotFound) and self._paused():
                name = self._container.name
                raise CannotHeal(f"container {name} is still paused: {_reason(error)}") from error
        self._keeper.let_go(f"paused-{self._id}")

    def _paused(self) -> bool:
        try:
            self._container.reload()
        except docker.errors.NotFound:
            return False
        except _ENGINE_ERRORS:
            return True  # not known; say the worse of the two
        return self._container.status == "paused"

    # Down and up

    def _end(self) -> None:
        self._keeper.keep(f"down-{self._id}", "start", self._id)
        if self._ends_gracefully:
            self._apply(lambda: self._container.stop(timeout=_END_WITHIN_S), "stopped")
        else:
            self._apply(self._container.kill, "killed")
            self._apply(lambda: self._container.wait(timeout=_END_WITHIN_S), "killed")

    def _start(self) -> None:
        if self.alive():
            return
        try:
            self._container.start()
            self._keeper.let_go(f"down-{self._id}")
            self._wait_until_healthy()
        except docker.errors.NotFound as error:
            raise CannotHeal(f"container {self._container.name} is gone") from error
        except _ENGINE_ERRORS as error:
            raise CannotHeal(f"container {self._container.name} does not start: {_reason(error)}") from error
        if self._pauses.held:
            self._stop()

    def _wait_until_healthy(self) -> None:
        """A container without a health check is taken for healthy once it runs."""
        deadline = time.monotonic() + _UP_WITHIN_S
        while time.monotonic() < deadline:
            self._container.reload()
            state = self._container.attrs["State"]
            if state["Status"] == "running" and state.get("Health", {}).get("Status", "healthy") == "healthy":
                return
            time.sleep(_LOOK_EVERY_S)
        raise CannotHeal(f"container {self._container.name} was started and does not serve within {_UP_WITHIN_S:g} s")

    # A part of the processor

    def _limit(self, percent: float | None) -> None:
        if self._quota_before is None:
            self._container.reload()
            self._quota_before = self._quota()
        quota = self._quota_before or -1 if percent is None else round(_PERIOD_US * percent / 100)
        if percent is not None:
            self._keeper.keep(f"limited-{self._id}", "quota", self._id, str(self._quota_before))
        try:
            self._container.update(cpu_period=_PERIOD_US, cpu_quota=quota)
        except docker.errors.NotFound as error:
            if percent is not None:
                raise CannotApply(f"container {self._container.name} is gone") from error
        except _ENGINE_ERRORS as error:
            kind = CannotHeal if percent is None else CannotApply
            raise kind(f"the processor quota of container {self._container.name}: {_reason(error)}") from error
        if percent is None:
            self._keeper.let_go(f"limited-{self._id}")

    def _quota(self) -> int:
        """0 for none, which the engine tells as 0 or as -1."""
        return max(0, int(self._container.attrs["HostConfig"].get("CpuQuota") or 0))

    # The network

    def _disconnect(self) -> None:
        for name in self._networks:
            self._apply(lambda name=name: self._take_off(name), f"taken off {name}")  # type: ignore[misc]

    def _take_off(self, name: str) -> None:
        self._container.reload()
        settings = self._container.attrs["NetworkSettings"]["Networks"]
        self._aliases[name] = list((settings.get(name) or {}).get("Aliases") or [])
        self._keeper.keep(f"off-{name}-{self._id}", "connect", self._id, name, *self._aliases[name])
        self._engine_network(name).disconnect(self._container)

    def _connect(self) -> None:
        for name, aliases in list(self._aliases.items()):
            try:
                self._container.reload()
                if name not in self._container.attrs["NetworkSettings"]["Networks"]:
                    self._engine_network(name).connect(self._container, aliases=aliases)
            except docker.errors.NotFound:
                pass  # the container or the network is gone, and with it what was to be healed
            except _ENGINE_ERRORS as error:
                text = f"container {self._container.name} does not get back on {name}: {_reason(error)}"
                raise CannotHeal(text) from error
            self._keeper.let_go(f"off-{name}-{self._id}")
            del self._aliases[name]

    def _engine_network(self, name: str) -> Network:
        engine = self._container.client
        assert engine is not None  # noqa: S101 - a container that an engine has listed knows it
        return engine.networks.get(name)

    def _apply(self, act: Callable[[], object], what: str) -> None:
        try:
            act()
        except _ENGINE_ERRORS as error:
            raise CannotApply(f"container {self._container.name} cannot be {what}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    return str(getattr(error, "explanation", None) or error)
