"""While the gateways' clock is wrong, clients with the right time are refused; what the engine dates stays right."""

import pytest

from chaos.errors import CannotApply
from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.served import SECRET, Served, now_ms, serving, signature
from tests.mock_exchange.websocket_client import WebSocket

HOUR_MS = 3_600_000
OUTSIDE = (400, -1021)


def server_ms(venue: Served) -> int:
    return int(venue.get("/api/v3/time").json["serverTime"])


@pytest.mark.parametrize("offset_ms", [HOUR_MS, -HOUR_MS])
def test_timestamps_are_judged_by_the_wrong_clock_and_nothing_is_dated_by_it(exchange: Served, offset_ms: int) -> None:
    with fault(exchange, "clock_skew", offset_ms=offset_ms) as evidence:
        assert abs(server_ms(exchange) - now_ms() - offset_ms) < HOUR_MS / 2
        told = exchange.get("/api/v3/exchangeInfo", symbol="BTCUSDT").json["serverTime"]
        assert abs(told - now_ms() - offset_ms) < HOUR_MS / 2
        assert exchange.place().error == OUTSIDE
        placed = exchange.place(timestamp=server_ms(exchange)).json
        assert abs(placed["transactTime"] - now_ms()) < HOUR_MS / 2
    assert abs(server_ms(exchange) - now_ms()) < HOUR_MS / 2
    assert exchange.place().status == 200
    assert exchange.place(timestamp=now_ms() + offset_ms).error == OUTSIDE
    assert evidence.hits == 5


def test_the_websocket_api_has_the_same_clock(exchange: Served) -> None:
    client = WebSocket.opened(exchange.port("ws"), "/ws-api/v3")
    with client.connection:

        def status(timestamp: int) -> int:
            parameters = {"apiKey": "test-key", "timestamp": timestamp}
            text = "&".join(f"{name}={parameters[name]}" for name in sorted(parameters))
            signed = parameters | {"signature": signature(text, SECRET)}
            client.send_json({"id": 1, "method": "account.status", "params": signed})
            return int(client.read_json()["status"])

        with fault(exchange, "clock_skew", offset_ms=HOUR_MS):
            assert (status(now_ms()), status(now_ms() + HOUR_MS)) == (400, 200)
        assert (status(now_ms()), status(now_ms() + HOUR_MS)) == (200, 400)


def test_it_drifts_away_from_where_it_was(exchange: Served) -> None:
    with fault(exchange, "clock_skew", offset_ms=0, drift_ms_per_s=10_000):
        eventually(lambda: server_ms(exchange) - now_ms() > 2_000, "two seconds of drift")
    assert exchange.place().status == 200


def test_the_average_and_the_candles_of_before_go_on_after_it(quiet_exchange: Served) -> None:
    """Trades while the clock is far ahead are not dated in the future, where they would stay for an hour."""
    quiet_exchange.place(side="SELL", price="100000.00")
    with fault(quiet_exchange, "clock_skew", offset_ms=HOUR_MS):
        assert quiet_exchange.place(timestamp=server_ms(quiet_exchange)).json["status"] == "FILLED"
    (candle,) = quiet_exchange.get("/api/v3/klines", symbol="BTCUSDT", interval="1h", limit=1).json
    assert candle[0] <= now_ms()
    assert candle[8] >= 1
    assert quiet_exchange.get("/api/v3/avgPrice", symbol="BTCUSDT").json["closeTime"] <= now_ms()


def test_windows_of_rate_limits_go_on() -> None:
    """The minute that is counted is the engine's; a clock that jumps must not give everyone a fresh one."""
    with serving({"rate_limits": {"enabled": True}}) as venue:

        def used() -> int:
            headers = {name.lower(): value for name, value in venue.get("/api/v3/ping").headers.items()}
            return int(headers["x-mbx-used-weight-1m"])

        def within_a_minute() -> bool:
            """Whether all three fell into one minute, so that they can be compared."""
            minute = now_ms() // 60_000
            before = used()
            with fault(venue, "clock_skew", offset_ms=10 * HOUR_MS):
                during = used()
            after = used()
            if now_ms() // 60_000 != minute:
                return False
            assert (during - before, after - before) == (1, 2)
            return True

        eventually(within_a_minute, "three requests within one minute of the clock")


def test_it_is_for_everyone_or_not_at_all(exchange: Served) -> None:
    with (
        pytest.raises(CannotApply, match="takes no selectors"),
        fault(exchange, "clock_skew", on={"symbol": "BTCUSDT"}, offset_ms=1),
    ):
        pytest.fail("it began")
    assert exchange.place().status == 200
