"""Limits and traces stand in the same place, in front of the gateway, and both see every request."""

from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.served import serving
from tests.mock_exchange.telemetry.collecting import attributes_of, collecting


def test_a_throttled_order_is_a_span_that_says_so() -> None:
    limits = {"enabled": True, "orders": [{"limit": 1, "window": "24h"}]}
    with collecting() as collected:
        telemetry = {"endpoint": collected.address, "traces": 1}
        with serving({"telemetry": telemetry, "rate_limits": limits}) as served:
            placed, refused = served.place(), served.place()
            assert [placed.status, refused.status] == [200, 429]
            assert placed.headers["X-MBX-ORDER-COUNT-1D"] == "1"
            eventually(lambda: len(collected.spans) >= 2, "both spans")
    told = [attributes_of(span) for span in collected.spans if span.name == "POST /api/v3/order"]
    assert sorted((each["exchange.outcome"], each["http.response.status_code"]) for each in told) == [
        ("done", 200),
        ("throttled", 429),
    ]
