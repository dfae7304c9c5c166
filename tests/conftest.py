"""What all tests share: which machinery they may count on, and that its absence is never silent.

Where ``CI`` is ``true``, a test that lacks Docker or a browser fails; elsewhere it is skipped and says what is missing.
"""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A shared two-core runner is slow at times: a property fails for what it found, never for how long it took.
settings.register_profile("brownout", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("brownout")

ROOT = Path(__file__).parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def missing(what: str, way_out: str) -> None:
    """Fail in CI, skip elsewhere."""
    message = f"{what} is missing: {way_out}"
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Stop at the first test module whose import patched this process: pytest-xdist's threads would hang in it."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is not None and monkey.saved:
        raise pytest.UsageError(f"{report.nodeid}: importing it let Locust patch the process that runs the tests")


@cache
def docker_is_up() -> bool:
    """An engine answers, and it has the Compose plugin."""
    commands = (["docker", "info"], ["docker", "compose", "version"])
    if shutil.which("docker") is None:
        return False
    return all(subprocess.run(command, capture_output=True, check=False).returncode == 0 for command in commands)


@pytest.fixture(autouse=True)
def _docker_where_it_is_needed(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("docker") and not docker_is_up():
        missing("a Docker engine with Compose", "start one; `docker info` and `docker compose version` must succeed")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The repository's root."""
    return ROOT


@pytest.fixture(scope="session")
def browser() -> str:
    """Path of a Chromium that is installed on the host."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        missing("Chromium", f"install one of {', '.join(BROWSERS)} on the PATH")
    assert found is not None
    return found
