"""The exchange's container is killed and restarted under load: what it acknowledged is there when it comes back."""

import json
import random
import threading
from pathlib import Path

import pytest

from tests.conventions.compose_project import Project, started
from tests.mock_exchange.durable.loading import MARKETS, Client, Memory, clients
from tests.mock_exchange.durable.remembering import check_book, check_truth
from tests.mock_exchange.served import ACCOUNTS, TOKEN, Served

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(900)]

CONFIG = {
    "admin_token": TOKEN,
    "accounts": ACCOUNTS,
    "market": {"levels": 0},
    "durable": {"snapshot_commands": 400},
}
ENDS = (
    ("kill", "--signal", "SIGKILL", "exchange"),
    ("restart", "--timeout", "0", "exchange"),
    ("restart", "exchange"),
)
"""Killed, killed by whoever restarts it, and asked to stop."""
ROUNDS = 2
LOAD_SECONDS_MAX = 1.5


def exchange_of(project: Project) -> Served:
    """Its ports are other ones after each start. There is no process of ours."""
    ports = {"rest": 8080, "ws": 9443, "admin": 8081}
    return Served(None, {name: project.url("exchange", port) for name, port in ports.items()})


def check(served: Served, memories: list[Memory]) -> None:
    truth = served.admin_lines("/truth")
    check_truth(truth, memories)
    for market in MARKETS:
        check_book(served, market.symbol, truth, memories)


def loaded_until(project: Project, end: tuple[str, ...], name: str, rng: random.Random) -> list[Client]:
    """What was at work when the container ended."""
    loaders = clients(exchange_of(project), name, rng)
    threading.Event().wait(rng.uniform(0.2, LOAD_SECONDS_MAX))
    project.compose(*end)
    for loader in loaders:
        loader.join()
        assert loader.failure is None, loader.failure
    return loaders


def test_no_acknowledged_order_is_lost_with_its_container(tmp_path: Path) -> None:
    rng = random.Random("containers")  # noqa: S311 - the moments can be had again
    config = tmp_path / "exchange.json"
    config.write_text(json.dumps(CONFIG), encoding="utf-8")
    config.chmod(0o644)
    memories: list[Memory] = []
    with started("exchange", settings={"BROWNOUT_EXCHANGE_CONFIG": str(config)}) as project:
        for number, end in enumerate(ENDS * ROUNDS):
            loaders = loaded_until(project, end, f"c{number}", rng)
            memories += [loader.memory for loader in loaders]
            project.compose("up", "--detach", "--wait", "--no-recreate", "exchange")
            check(exchange_of(project), memories)
    assert sum(len(memory.orders) for memory in memories) > 100
