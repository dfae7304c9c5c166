from collections.abc import Iterator

import pytest

from tests.mock_exchange.served import Served, serving
from tests.mock_exchange.streams.conftest import QUICK


@pytest.fixture(scope="module")
def venue() -> Iterator[Served]:
    """One whose market nobody makes, and whose streams nobody has to wait for."""
    with serving(QUICK | {"market": {"levels": 0}}) as served:
        yield served
