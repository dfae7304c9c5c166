"""Workers that join from containers: hosts of their own, as far as networks go, with clocks of this one."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import docker
import polars as pl
import pytest

from slo.history import EventKind, read_samples
from tests.conventions.compose_project import IMAGE, Project, started
from tests.end_to_end.joining import SECRET, listening_run
from tests.end_to_end.test_hosts import SCENARIO
from tests.end_to_end.waiting import wait_until

pytestmark = [pytest.mark.docker, pytest.mark.slow]

EXCHANGE_PORT = 8080
HARDENED = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true")  # noqa: S108


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    with started("exchange") as project:
        yield project


@pytest.fixture(scope="module")
def gateway(project: Project) -> str:
    """This host, as the containers reach it."""
    network = docker.from_env().networks.get(f"{project.name}_default")
    return str(network.attrs["IPAM"]["Config"][0]["Gateway"])


@pytest.fixture(scope="module")
def exchange(project: Project) -> str:
    """The exchange, at an address that this host and the containers reach alike."""
    container = docker.from_env().containers.get(project.compose("ps", "--quiet", "exchange").strip())
    address = container.attrs["NetworkSettings"]["Networks"][f"{project.name}_default"]["IPAddress"]
    return f"http://{address}:{EXCHANGE_PORT}"


@pytest.fixture
def cwd(exchange: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a scenario file names the exchange, whose account's key the run is told."""
    monkeypatch.setenv("BROWNOUT_KEY", "brownout-key")
    monkeypatch.setenv("BROWNOUT_SECRET", "brownout-secret")
    embedded = SCENARIO[SCENARIO.index("target:") : SCENARIO.index("traffic:")]
    reached = f"target: {{kind: url, url: '{exchange}', venue: {{weight_per_minute: null}}}}\n"
    scenario = SCENARIO.replace(embedded, reached).replace("never", "{burn_rate: 100, over: 5s}")
    (tmp_path / "spread.yaml").write_text(scenario, encoding="utf-8")
    return tmp_path


def in_container(project: Project, master: str, *options: str) -> "subprocess.Popen[str]":
    worker = ("python", "-m", "brownout.commands.worker", "--master", master, *options)
    settings = ("--network", f"{project.name}_default", "--env", f"BROWNOUT_JOIN_KEY={SECRET}", *HARDENED)
    command = ["docker", "run", "--rm", "--init", "--no-healthcheck", *settings, IMAGE, *worker]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_containers_make_the_traffic_of_one_run(project: Project, gateway: str, exchange: str, cwd: Path) -> None:
    options = ["--workers", "2", "--i-own-this-target", "--report-only"]
    with listening_run(cwd, "spread.yaml", *options, at=gateway) as run:
        consent = ["--target", exchange, "--i-own-this-target"]
        workers = [in_container(project, run.address, *consent) for _ in range(2)]
        done = run.command.finish()
        ended = [(*worker.communicate(timeout=60), worker.returncode) for worker in workers]
    assert (done.code, [code for *_, code in ended]) == (0, [0, 0]), (done.err, ended)
    record = run.folder.read_record()
    assert len({worker.host for worker in record.joined}) == 2
    assert all(worker.drift_ns is not None for worker in record.joined)
    samples = read_samples(run.folder.samples)
    assert samples.height == record.scheduled > 600
    assert set(samples["worker"]) == {0, 1}
    assert set(samples["outcome"].cast(pl.String)) == {"ok"}


def test_a_container_loads_nothing_that_its_own_command_does_not_name(
    project: Project, gateway: str, exchange: str, cwd: Path
) -> None:
    with listening_run(cwd, "spread.yaml", "--workers", "1", "--i-own-this-target", at=gateway) as run:
        worker = in_container(project, run.address)
        done = run.command.finish()
        _, said = worker.communicate(timeout=60)
    assert (done.code, worker.returncode) == (69, 64), (done.err, said)
    assert exchange in said
    assert "start the worker with --target URL --i-own-this-target" in said


def test_an_embedded_target_is_not_to_be_had_from_a_container(project: Project, gateway: str, tmp_path: Path) -> None:
    (tmp_path / "spread.yaml").write_text(SCENARIO, encoding="utf-8")
    with listening_run(tmp_path, "spread.yaml", "--workers", "1", at=gateway) as run:
        worker = in_container(project, run.address)
        wait_until(lambda: bool(run.events(EventKind.WORKER_JOINED)), "joining")
        done = run.command.finish()
        _, said = worker.communicate(timeout=60)
    assert (done.code, worker.returncode) == (64, 70), (done.err, said)
    assert "is on this host's loopback, which generator on" in done.err
