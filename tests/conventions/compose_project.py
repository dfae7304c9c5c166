"""The Compose file, brought up for a test and taken down again with its volumes."""

import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.conventions.sources import ROOT

IMAGE = "brownout"
PORTS = ("PROXY", "PROXY_API", "EXCHANGE", "WS", "ADMIN", "METRICS", "LOCUST")


@dataclass(frozen=True, slots=True)
class Project:
    """A Compose project of its own, on free ports."""

    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    """Environment variables of compose.yaml."""

    def compose(self, *arguments: str) -> str:
        command = ["docker", "compose", "--project-name", self.name, "--profile", "locust", *arguments]
        settings = {f"BROWNOUT_{port}_PORT": "0" for port in PORTS} | {"BROWNOUT_IMAGE": IMAGE, **self.settings}
        ended = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stderr[-2000:]
        return ended.stdout

    def url(self, service: str, port: int) -> str:
        return f"http://{self.compose('port', service, str(port)).strip()}"


@contextmanager
def started(*arguments: str, settings: Mapping[str, str] | None = None) -> Iterator[Project]:
    """``arguments`` go to ``docker compose up``."""
    project = Project(f"brownout-test-{secrets.token_hex(3)}", settings or {})
    try:
        project.compose("up", "--build", "--detach", "--wait", *arguments)
        yield project
    finally:
        project.compose("down", "--volumes", "--remove-orphans", "--timeout", "5")
