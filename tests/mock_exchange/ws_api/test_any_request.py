"""Whatever is asked of any method, with or without a signature: one reply, and never a fault of ours."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_exchange.ws_api.methods import METHODS
from mock_exchange.ws_api.own_methods import OWN_METHODS
from tests.mock_exchange.served import serving
from tests.mock_exchange.ws_api.api_client import ApiClient, api, signed_parameters

NAMES = sorted({name for route in METHODS.values() for name in route.known} | {"subscriptionId", "returnRateLimits"})
WORDS = [
    *("BTCUSDT", "LTCUSDT", "BUY", "SELL", "LIMIT", "MARKET", "STOP_LOSS_LIMIT", "LIMIT_MAKER", "GTC", "IOC", "FOK"),
    *("true", "false", "1m", "1M", "NONE", "EXPIRE_MAKER", "DECREMENT", "STOP_ON_FAILURE", "FULL", "ACK", "TRADING"),
    *("0", "1", "-1", "100", "100.5", "0.001", "1e3", "999999999999999999999", "", " ", "x", '["BTCUSDT"]', "[]", "{}"),
]
VALUES = st.one_of(
    st.sampled_from(WORDS),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.none(),
    st.lists(st.sampled_from(WORDS), max_size=3),
    st.text(max_size=10),
)
METHOD_NAMES = st.sampled_from(sorted({*METHODS, *OWN_METHODS}))


def likely_parameters(method: str) -> st.SearchStrategy[dict[str, object]]:
    """Mostly names that the method knows."""
    route = METHODS.get(method)
    known = sorted(route.known - {"signature", "timestamp"}) if route is not None else NAMES
    return st.dictionaries(st.sampled_from(known or NAMES), VALUES, max_size=8)


@pytest.fixture(scope="module")
def client() -> Iterator[ApiClient]:
    with serving({"user_data": {"listen_keys": True}}) as exchange, api(exchange) as client:
        yield client


@given(st.data(), METHOD_NAMES, st.booleans())
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_request_has_a_reply_that_is_no_fault(
    client: ApiClient, data: st.DataObject, method: str, is_signed: bool
) -> None:
    parameters = data.draw(likely_parameters(method))
    if is_signed:
        # Texts only: what the others are signed as is JSON's business.
        parameters = signed_parameters({name: value for name, value in parameters.items() if isinstance(value, str)})
    reply = client.ask(method, parameters)
    assert reply["status"] < 500, reply
    assert ("result" in reply) == (reply["status"] == 200)
    client.events.clear()
