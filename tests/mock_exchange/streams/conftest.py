from collections.abc import Iterator

import pytest

from tests.mock_exchange.served import Served, serving

QUICK = {
    "websocket": {"messages_per_second": 10_000},
    "streams": {"fast": "20ms", "slow": "40ms", "kline": "60ms"},
}
"""Streams that nobody has to wait for, and a client that may ask as often as it likes."""


@pytest.fixture(scope="module")
def exchange() -> Iterator[Served]:
    with serving(QUICK) as served:
        yield served
