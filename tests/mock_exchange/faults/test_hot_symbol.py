"""One symbol's orders take longer, and those of the others wait behind them, as long as the fault lasts."""

import threading
from collections.abc import Iterator

import pytest

from chaos.errors import CannotApply
from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.served import Json, Served, limit_order, serving

SERVICE_NS = 10_000_000
COLD = {"symbol": "ETHUSDT", "price": "3000.00", "quantity": "0.01"}


@pytest.fixture
def venue() -> Iterator[Served]:
    with serving({"service_time": {"distribution": "constant", "mean": "10ms"}}) as served:
        yield served


def last_stages(venue: Served) -> Json:
    return venue.admin_lines("/stages")[-1]


def service_ns(venue: Served, **order: object) -> int:
    assert venue.place(**order).status == 200
    stages = last_stages(venue)
    return int(stages["matched_ns"] - stages["taken_ns"])


def test_a_cold_symbol_waits_behind_a_hot_one(venue: Served) -> None:
    with fault(venue, "hot_symbol", on={"symbol": "BTCUSDT"}, factor=100) as evidence:
        hot = threading.Thread(target=venue.place)
        hot.start()
        eventually(lambda: venue.call("GET", "/health", port="admin").json["queued"] == 1, "the hot order in service")
        assert venue.place(**limit_order(**COLD)).status == 200
        hot.join(20)
        slow, waited = venue.admin_lines("/stages")[-2:]
        assert slow["matched_ns"] - slow["taken_ns"] >= 100 * SERVICE_NS
        # It came while the hot one was in service, and could begin only when that was over.
        assert waited["queued_ns"] < slow["matched_ns"]
        assert waited["taken_ns"] >= slow["taken_ns"] + 100 * SERVICE_NS
    assert evidence.hits == 1


def test_it_counts_only_the_symbol_and_operation_that_are_meant(venue: Served) -> None:
    with fault(venue, "hot_symbol", on={"symbol": "BTCUSDT", "op": "order.place"}, factor=20) as evidence:
        placed = venue.place().json["orderId"]
        assert venue.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=placed).status == 200
        venue.place(**limit_order(**COLD))
    assert evidence.hits == 1


def test_afterwards_the_symbol_takes_its_usual_time(venue: Served) -> None:
    with fault(venue, "hot_symbol", on={"symbol": "BTCUSDT"}, factor=50):
        assert service_ns(venue) >= 50 * SERVICE_NS
    assert min(service_ns(venue) for _ in range(5)) < 25 * SERVICE_NS


def test_without_a_model_of_service_or_a_symbol_it_is_not_possible(exchange: Served, venue: Served) -> None:
    with (
        pytest.raises(CannotApply, match="service_time"),
        fault(exchange, "hot_symbol", on={"symbol": "BTCUSDT"}, factor=2),
    ):
        pytest.fail("it began")
    with pytest.raises(CannotApply, match="which symbol is hot"), fault(venue, "hot_symbol", factor=2):
        pytest.fail("it began")
