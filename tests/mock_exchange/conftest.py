from collections.abc import Iterator

import pytest

from tests.mock_exchange.pit import Pit
from tests.mock_exchange.served import Served, serving


@pytest.fixture(scope="session")
def exchange() -> Iterator[Served]:
    """One exchange for all tests that leave it usable: default market, two funded accounts."""
    with serving() as served:
        yield served


@pytest.fixture(scope="session")
def quiet_exchange() -> Iterator[Served]:
    """One whose market nobody makes."""
    with serving({"market": {"levels": 0}}) as served:
        yield served


@pytest.fixture
def pit(quiet_exchange: Served) -> Pit:
    market = Pit(quiet_exchange)
    market.clear()
    return market
