"""The image and the Compose file on a real engine: what README promises of them."""

import json
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conventions.compose_project import IMAGE, Project, started
from tests.mock_exchange.served import limit_order, signed

pytestmark = [pytest.mark.docker, pytest.mark.slow]

SIZE_OVER_BASE_BYTES_MAX = 400_000_000
SECONDS_MAX = 60


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    with started("--scale", "worker=2") as project:
        yield project


def read(url: str, fields: dict[str, str] | None = None) -> dict[str, Any]:
    """A JSON reply; with fields, to a POST."""
    body = None if fields is None else urllib.parse.urlencode(fields).encode()
    with urllib.request.urlopen(url, body, timeout=10) as reply:  # noqa: S310 - this host, over HTTP
        answer: dict[str, Any] = json.load(reply)
    return answer


def inside(*command: str) -> str:
    ended = subprocess.run(["docker", "run", "--rm", IMAGE, *command], capture_output=True, text=True, check=True)
    return ended.stdout.strip()


def size_bytes(image: str) -> int:
    sizes = subprocess.run(
        ["docker", "image", "inspect", "--format", "{{.Size}}", image], capture_output=True, text=True, check=True
    )
    return int(sizes.stdout)


def requests_and_failures(locust: str) -> tuple[int, int]:
    total = next(line for line in read(f"{locust}/stats/requests")["stats"] if line["name"] == "Aggregated")
    return total["num_requests"], total["num_failures"]


def test_the_exchange_answers_through_the_proxy(project: Project) -> None:
    assert read(f"{project.url('proxy', 8080)}/api/v3/ticker/price?symbol=BTCUSDT")["symbol"] == "BTCUSDT"


def signed_order(project: Project, method: str, **parameters: object) -> dict[str, Any]:
    """Straight to the exchange, whose port is another one after each start."""
    query = signed(parameters, "brownout-secret")
    url = f"{project.url('exchange', 8080)}/api/v3/order?{query}"
    request = urllib.request.Request(url, method=method, headers={"X-MBX-APIKEY": "brownout-key"})  # noqa: S310 - this host
    with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310
        answer: dict[str, Any] = json.load(reply)
    return answer


def test_a_killed_container_goes_on_with_what_it_acknowledged(project: Project) -> None:
    placed = []
    for number in range(3):
        placed.append(signed_order(project, "POST", **limit_order(newClientOrderId=f"container-{number}")))
        project.compose("kill", "--signal", "SIGKILL", "exchange")
        project.compose("up", "--detach", "--wait", "--no-recreate", "exchange")
        for order in placed:
            found = signed_order(project, "GET", symbol="BTCUSDT", origClientOrderId=order["clientOrderId"])
            assert (found["orderId"], found["status"]) == (order["orderId"], "NEW")


def test_locust_drives_the_exchange_from_two_workers(project: Project) -> None:
    locust = project.url("locust", 8089)
    read(f"{locust}/swarm", {"user_count": "4", "spawn_rate": "4", "host": "http://proxy:8080"})
    give_up = time.monotonic() + SECONDS_MAX
    while requests_and_failures(locust)[0] < 100 and time.monotonic() < give_up:
        time.sleep(0.5)
    requests, failures = requests_and_failures(locust)
    assert requests >= 100
    assert failures == 0
    workers = read(f"{locust}/stats/requests")["workers"]
    assert [worker["user_count"] for worker in workers] == [2, 2]


def test_no_process_of_the_image_is_root_or_can_install_anything(project: Project) -> None:
    del project  # which has built the image
    assert inside("id", "-un") == "brownout"
    assert inside("sh", "-c", "command -v gcc cc make || echo none") == "none"
    assert inside("sh", "-c", "touch /app/x /opt/brownout/x 2>/dev/null || echo refused") == "refused"


def test_the_image_is_little_more_than_what_it_runs(project: Project) -> None:
    del project  # which has built the image
    assert size_bytes(IMAGE) - size_bytes("python:3.13-slim-bookworm") < SIZE_OVER_BASE_BYTES_MAX
