from collections.abc import Iterator

import pytest

from tests.mock_exchange.served import Served, serving


@pytest.fixture(scope="session")
def exchange() -> Iterator[Served]:
    """One exchange for all tests that leave it usable: default market, two funded accounts."""
    with serving() as served:
        yield served
