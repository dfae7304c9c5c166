"""The image and the Compose file: small, unprivileged, local, and in step with the package they are made from."""

import re
import tomllib
from typing import Any

import pytest
import yaml

from tests.conventions.sources import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def distribution(requirement: str) -> str:
    return re.split(r"[<>=!~\[; ]", requirement, maxsplit=1)[0].lower()


def test_the_image_installs_nothing_that_the_package_does_not_depend_on() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    install = re.search(r"--constraint /src/constraints\.txt(.*?)\n\n", DOCKERFILE, re.DOTALL)
    assert install is not None
    installed = set(install[1].replace("\\", " ").split())
    assert installed
    assert installed <= {distribution(requirement) for requirement in declared}


def test_the_image_is_made_from_one_base_only() -> None:
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"python:3.13-slim-bookworm"}


def test_the_image_runs_as_a_user_without_rights() -> None:
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["brownout"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_can_do_no_more_than_it_must(service: str) -> None:
    settings = SERVICES[service]
    assert settings["read_only"] is True
    assert settings["cap_drop"] == ["ALL"]
    assert settings["security_opt"] == ["no-new-privileges:true"]
    assert settings["pids_limit"] > 0
    assert settings["mem_limit"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_reachable_from_this_host_only_and_its_port_can_be_moved(service: str) -> None:
    for port in SERVICES[service].get("ports", []):
        assert re.fullmatch(r"127\.0\.0\.1:\$\{BROWNOUT_\w+_PORT:-\d+\}:\d+", port)


def test_every_setting_of_the_compose_file_is_explained_at_its_top() -> None:
    text = (ROOT / "compose.yaml").read_text()
    explained = "\n".join(line for line in text.splitlines() if line.startswith("#"))
    assert set(re.findall(r"\$\{(BROWNOUT_\w+?)[:}]", text)) <= set(re.findall(r"BROWNOUT_\w+", explained))
