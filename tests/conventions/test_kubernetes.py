"""The Kubernetes example is the Compose file in other words: one image, the same commands, ports and restraint.

No cluster is here to apply it to; what the manifests share with compose.yaml is run by the tests of the containers.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.conventions.sources import ROOT
from tests.conventions.test_image import SERVICES

MANIFESTS: list[dict[str, Any]] = [
    document
    for file in sorted((ROOT / "docs" / "examples" / "kubernetes").glob("*.yaml"))
    for document in yaml.safe_load_all(file.read_text(encoding="utf-8"))
]
DEPLOYMENTS = {each["metadata"]["name"]: each for each in MANIFESTS if each["kind"] == "Deployment"}
KUBERNETES_SERVICES = {each["metadata"]["name"]: each for each in MANIFESTS if each["kind"] == "Service"}
ONLY_IN_COMPOSE = {
    "--data": "a volume that outlives the container",
    "--sync": "what the volume's journal waits for",
    "${BROWNOUT_SEED:+--seed}": "left to the default",
    "${BROWNOUT_EXCHANGE_CONFIG:+--config": "left to the default",
}


def container(deployment: str) -> dict[str, Any]:
    (only,) = DEPLOYMENTS[deployment]["spec"]["template"]["spec"]["containers"]
    return dict(only)


def words_of_compose(service: str) -> list[str]:
    """The command without what only Compose has: each such option with its value."""
    command = SERVICES[service]["command"]
    words = iter(command.split() if isinstance(command, str) else command)
    return list(_kept(words))


def _kept(words: Iterator[str]) -> Iterator[str]:
    for word in words:
        if word in ONLY_IN_COMPOSE:
            next(words)
        else:
            yield "$(BROWNOUT_KEY)" if word.startswith("${BROWNOUT_KEY:-") else word


def test_there_is_a_deployment_for_every_service() -> None:
    assert set(DEPLOYMENTS) == set(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_a_deployment_runs_the_same_command_of_the_same_image(name: str) -> None:
    assert container(name)["command"] == words_of_compose(name)
    assert SERVICES[name]["image"] == "${BROWNOUT_IMAGE:-brownout}"
    assert container(name)["image"] == "brownout"


@pytest.mark.parametrize("name", SERVICES)
def test_a_deployment_opens_the_ports_that_compose_publishes(name: str) -> None:
    published = {int(port.rpartition(":")[2]) for port in SERVICES[name].get("ports", [])}
    assert published <= {port["containerPort"] for port in container(name).get("ports", [])}


@pytest.mark.parametrize("name", SERVICES)
def test_a_deployment_can_do_no_more_than_it_must(name: str) -> None:
    pod = DEPLOYMENTS[name]["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container(name)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert set(container(name)["resources"]["limits"]) == {"cpu", "memory"}


@pytest.mark.parametrize("name", KUBERNETES_SERVICES)
def test_a_service_finds_its_deployment_and_stays_inside_of_the_cluster(name: str) -> None:
    spec = KUBERNETES_SERVICES[name]["spec"]
    (selected,) = (each for each in DEPLOYMENTS if spec["selector"] == {"app": each})
    assert DEPLOYMENTS[selected]["spec"]["template"]["metadata"]["labels"] == spec["selector"]
    assert {port["port"] for port in spec["ports"]} <= {each["containerPort"] for each in container(selected)["ports"]}
    assert spec.get("type", "ClusterIP") == "ClusterIP"


def test_every_host_that_a_command_names_is_a_service_with_that_port() -> None:
    named = {("venue", 8080), ("proxy", 8080), ("locust", 5557)}
    served = {(name, port["port"]) for name, each in KUBERNETES_SERVICES.items() for port in each["spec"]["ports"]}
    words = " ".join(word for name in DEPLOYMENTS for word in container(name)["command"])
    assert all(host in words for host, _ in named)
    assert named <= served
