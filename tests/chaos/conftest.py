"""One proxy process for all tests that need one; each test gets listeners of its own and leaves no fault behind."""

from collections.abc import Iterator

import pytest

from tests.chaos.running_proxy import RunningProxy
from tests.chaos.upstreams import answer_http, upstream


@pytest.fixture(scope="session")
def _proxy_process() -> Iterator[RunningProxy]:
    with RunningProxy() as running:
        yield running


@pytest.fixture
def proxy(_proxy_process: RunningProxy) -> Iterator[RunningProxy]:
    yield _proxy_process
    _proxy_process.call("POST", "/reset")
    for name in _proxy_process.call("GET", "/proxies")[1]:
        _proxy_process.call("DELETE", f"/proxies/{name}")


@pytest.fixture
def venue(proxy: RunningProxy) -> Iterator[str]:
    """Address of a listener that leads to an upstream which answers every request at once."""
    with upstream(answer_http) as running:
        yield proxy.lead_to(running.address)
