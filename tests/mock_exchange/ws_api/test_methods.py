"""The table of methods against the table of REST calls, and against the page that describes it."""

from pathlib import Path

from mock_exchange.gateway.left_out import LEFT_OUT
from mock_exchange.gateway.routes import ROUTES
from mock_exchange.ws_api.methods import METHODS, REST_CALLS
from mock_exchange.ws_api.own_methods import OWN_METHODS

PAGE = Path(__file__).parents[3] / "docs" / "websocket-api.md"


def test_every_method_is_a_call_of_rest_or_left_out_as_that_is() -> None:
    assert {line for line in REST_CALLS.values() if line not in ROUTES} == set(LEFT_OUT)


def test_every_call_of_the_spot_api_has_its_method() -> None:
    calls = {line for line in ROUTES if b" /api/v3/" in line}
    assert calls - set(REST_CALLS.values()) == set()


def test_the_page_names_every_method_that_is_served() -> None:
    page = PAGE.read_text()
    served = {*METHODS, *OWN_METHODS} - {name for name in METHODS if name.startswith("userDataStream.")}
    assert {name for name in served if f"`{name}`" not in page} == set()
