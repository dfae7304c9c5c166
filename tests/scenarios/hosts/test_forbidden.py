"""A worker loads only what its own host's user may load, whatever the run tells it."""

import pytest

from scenarios.hosts.keys import JoinKey
from scenarios.hosts.worker import Joining, forbidden

KEY = JoinKey.of("correct horse battery")


def refused(base_url: str, master: str, *, owned: bool = False) -> str | None:
    problem = forbidden(base_url, Joining(master, KEY, "0", 1.0, owned))
    return None if problem is None else str(problem)


@pytest.mark.parametrize("owned", [False, True])
def test_this_hosts_own_loopback_may_be_loaded_for_a_run_of_this_host(*, owned: bool) -> None:
    assert refused("http://127.0.0.1:8080", "127.0.0.1:7070", owned=owned) is None
    assert refused("http://[::1]:8080", "127.0.0.1:7070", owned=owned) is None


@pytest.mark.parametrize("owned", [False, True])
def test_the_loopback_of_the_runs_host_is_not_this_ones(*, owned: bool) -> None:
    complaint = refused("http://127.0.0.1:8080", "192.0.2.1:7070", owned=owned)
    assert complaint is not None
    assert "'http://127.0.0.1:8080' is the run's own loopback" in complaint


def test_another_host_is_loaded_only_if_it_is_said_here_that_it_is_ours() -> None:
    complaint = refused("http://192.0.2.9:8080", "192.0.2.1:7070")
    assert complaint is not None
    assert "if it is yours, give --i-own-this-target" in complaint
    assert refused("http://192.0.2.9:8080", "192.0.2.1:7070", owned=True) is None
