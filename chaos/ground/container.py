"""A target that runs in a container: paused and resumed through the engine (its cgroup's freezer)."""

import docker.errors
import requests
from docker.models.containers import Container as DockerContainer

from chaos.errors import CannotApply, CannotHeal
from chaos.ground.holders import Holders


class Container:
    """ProcessControl over the Docker engine."""

    def __init__(self, container: DockerContainer) -> None:
        self._container = container
        self._holders = Holders(self._stop, self._continue)

    def pause(self, holder: str) -> None:
        self._holders.add(holder)

    def resume(self, holder: str) -> None:
        self._holders.remove(holder)

    def alive(self) -> bool:
        try:
            self._container.reload()
        except docker.errors.NotFound:
            return False
        return self._container.status in ("running", "paused")

    def _stop(self) -> None:
        try:
            self._container.pause()
        except (docker.errors.APIError, requests.RequestException) as error:
            raise CannotApply(f"container {self._container.name} cannot be paused: {_reason(error)}") from error

    def _continue(self) -> None:
        """A container that is gone or not paused has nothing to be healed of; the engine answers 404, 409 or 500."""
        try:
            self._container.unpause()
        except docker.errors.NotFound:
            return
        except (docker.errors.APIError, requests.RequestException) as error:
            if self._paused():
                name = self._container.name
                raise CannotHeal(f"container {name} is still paused: {_reason(error)}") from error

    def _paused(self) -> bool:
        try:
            self._container.reload()
        except docker.errors.NotFound:
            return False
        except (docker.errors.APIError, requests.RequestException):
            return True  # not known; say the worse of the two
        return self._container.status == "paused"


def _reason(error: Exception) -> str:
    return str(getattr(error, "explanation", None) or error)
