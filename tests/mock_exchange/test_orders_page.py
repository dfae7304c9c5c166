"""docs/orders.md names what there is: each call about orders, each type, each filter."""

from pathlib import Path
from typing import Final

import pytest

from mock_exchange.engine.commands import OrderType, SelfTradePrevention
from mock_exchange.engine.symbols import SYMBOLS
from mock_exchange.gateway.filter_replies import filters_of
from mock_exchange.gateway.order_replies import Conditional
from mock_exchange.gateway.routes import ROUTES

PAGE: Final = (Path(__file__).parents[2] / "docs" / "orders.md").read_text(encoding="utf-8")
PATHS: Final = {
    line.decode().partition(" ")[2] for line, route in ROUTES.items() if route.operation.startswith("order.")
}


@pytest.mark.parametrize("path", sorted(PATHS))
def test_every_call_about_orders_is_named(path: str) -> None:
    short = path.removeprefix("/api/v3")
    ending = "/" + short.rpartition("/")[2]
    assert f"`{short}`" in PAGE or f"{path}`" in PAGE or (ending != short and f"`{ending}`" in PAGE)


@pytest.mark.parametrize("word", [*(kind.value for kind in OrderType), *(mode.value for mode in SelfTradePrevention)])
def test_every_type_and_mode_is_named(word: str) -> None:
    assert f"`{word}`" in PAGE


@pytest.mark.parametrize("name", [each["filterType"] for each in filters_of(SYMBOLS["BTCUSDT"])])
def test_every_filter_is_named(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("field", Conditional.__struct_encode_fields__)
def test_every_field_that_only_some_orders_have_is_named(field: str) -> None:
    assert f"`{field}`" in PAGE
