"""The Compose target: our exchange and the fault proxy before it, as containers."""

import json
import os
import secrets
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import docker
from docker.errors import DockerException
from docker.models.containers import Container as DockerContainer
from pydantic import JsonValue

from chaos.fault_client import FaultClient
from chaos.ground import Ground
from chaos.ground.container import Container
from chaos.guardian import Guardian
from scenarios.errors import TargetUnavailable
from scenarios.targets.embedded import answers, exchange_configuration, read_ledger
from scenarios.targets.secrecy import without_secrets
from scenarios.targets.target import VENUE_PROCESS, Account, LiveTarget
from slo.history import TargetRecord

VENUE = "mock"
SERVICES = ("exchange", "proxy")
PORT_VARIABLES = (
    "BROWNOUT_PROXY_PORT",
    "BROWNOUT_PROXY_API_PORT",
    "BROWNOUT_EXCHANGE_PORT",
    "BROWNOUT_WS_PORT",
    "BROWNOUT_ADMIN_PORT",
    "BROWNOUT_METRICS_PORT",
)
UP_SECONDS_MAX = 900
"""The first build installs the image's packages; later ones take seconds."""
DOWN_SECONDS_MAX = 60


@dataclass(frozen=True, slots=True)
class ComposeTarget:
    """A project of its own on free ports, so that several runs do not meet."""

    exchange: Mapping[str, JsonValue]

    @contextmanager
    def up(self, guardian: Guardian, logs: Path, seed: int) -> Iterator[LiveTarget]:
        account = Account("brownout-run", secrets.token_hex(16))
        admin_token = secrets.token_hex(16)
        project = f"brownout-{secrets.token_hex(4)}"
        configuration = exchange_configuration(self.exchange, account, admin_token, seed)
        with ExitStack() as stack:
            engine = stack.enter_context(_engine())
            config_file = stack.enter_context(_readable_by_all(configuration))
            compose = _Compose(project, config_file, logs, _free_ports(PORT_VARIABLES))
            guardian.hold_compose(project)
            stack.callback(guardian.release, project)
            stack.callback(compose.down)
            compose.up()
            exchange, proxy = (_container(engine, project, service) for service in SERVICES)
            admin = f"http://{_published(exchange, 8081)}"
            base_url = f"http://{_published(proxy, 8080)}"
            process = Container(exchange, [f"{project}_trading"])
            yield LiveTarget(
                base_url=base_url,
                record=TargetRecord(kind="compose", venue=VENUE, exchange=without_secrets(self.exchange)),
                accounts=(account,),
                ground=Ground(
                    process,
                    FaultClient(f"http://{_published(proxy, 8474)}"),
                    FaultClient(admin, named="exchange's admin port", token=admin_token),
                    lambda: answers(base_url),
                    seed,
                ),
                ledger=lambda: read_ledger(admin, admin_token),
                gone=lambda: [
                    name
                    for name in SERVICES
                    if not (name == VENUE_PROCESS and process.is_down) and _has_exited(engine, project, name)
                ],
            )


@dataclass(frozen=True, slots=True)
class _Compose:
    """The two things that only the Compose plugin does; what acts on containers goes through the SDK."""

    project: str
    config_file: Path
    logs: Path
    ports: Mapping[str, str]

    def up(self) -> None:
        arguments = ["up", "--build", "--detach", "--wait", "--quiet-pull", *SERVICES]
        try:
            code = self._compose(arguments, UP_SECONDS_MAX)
        except (FileNotFoundError, subprocess.TimeoutExpired) as error:
            raise TargetUnavailable(f"docker compose did not bring the exchange up: {error}") from error
        if code != 0:
            raise TargetUnavailable(f"docker compose did not bring the exchange up: {self._last_words()}")

    def down(self) -> None:
        self._compose(["logs", "--no-color", "--timestamps"], DOWN_SECONDS_MAX)
        self._compose(["down", "--volumes", "--remove-orphans", "--timeout", "5"], DOWN_SECONDS_MAX)

    def _compose(self, arguments: list[str], seconds_max: float) -> int:
        self.logs.mkdir(parents=True, exist_ok=True)
        command = ["docker", "compose", "--file", str(compose_file()), "--project-name", self.project, *arguments]
        # A session of its own: Ctrl-C is the run's to handle, and it must not break off the taking down.
        with self._log.open("ab") as log:
            return subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment(),
                timeout=seconds_max,
                check=False,
                start_new_session=True,
            ).returncode

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.ports, "BROWNOUT_EXCHANGE_CONFIG": str(self.config_file)}

    @property
    def _log(self) -> Path:
        return self.logs / "compose.log"

    def _last_words(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else "no message"


def _free_ports(variables: Sequence[str]) -> dict[str, str]:
    """Ports that nobody listens on. Named ones stay: the engine gives a container that is started again another
    where it was left to choose.
    """
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in variables]
        return {name: str(each.getsockname()[1]) for name, each in zip(variables, sockets, strict=True)}


def compose_file() -> Path:
    """``compose.yaml`` of the checkout that this package belongs to, or of the current folder.

    Raises TargetUnavailable where there is none: an installed package has no image to build.
    """
    candidates = [Path(__file__).parents[2] / "compose.yaml", Path.cwd() / "compose.yaml"]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise TargetUnavailable("compose.yaml not found: run in a checkout of brownout, or use --target embedded")


@contextmanager
def _engine() -> Iterator[docker.DockerClient]:
    try:
        engine = docker.from_env()
        engine.ping()
    except DockerException as error:
        raise TargetUnavailable(f"no Docker engine answers: {error}") from error
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def _readable_by_all(configuration: Mapping[str, JsonValue]) -> Iterator[Path]:
    """The configuration as a file that the container's user can read: it has another user id than ours."""
    with tempfile.TemporaryDirectory(prefix="brownout-") as folder:
        path = Path(folder)
        path.chmod(0o755)
        file = path / "exchange.yaml"
        file.write_text(json.dumps(configuration, indent=2), encoding="utf-8")
        file.chmod(0o644)
        yield file


def _container(engine: docker.DockerClient, project: str, service: str) -> DockerContainer:
    labels = [f"com.docker.compose.project={project}", f"com.docker.compose.service={service}"]
    found = engine.containers.list(all=True, filters={"label": labels})
    if len(found) != 1:
        raise TargetUnavailable(f"expected one container of service {service} in project {project}, found {len(found)}")
    return found[0]


def _published(container: DockerContainer, port: int) -> str:
    """``host:port`` at which a container's port is published."""
    container.reload()
    bindings = container.ports.get(f"{port}/tcp")
    if not bindings:
        raise TargetUnavailable(f"container {container.name} publishes no port {port}")
    return f"{bindings[0]['HostIp']}:{bindings[0]['HostPort']}"


def _has_exited(engine: docker.DockerClient, project: str, service: str) -> bool:
    return _container(engine, project, service).status in {"exited", "dead"}
