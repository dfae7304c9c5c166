"""The page on coverage says what the exchange serves, what it leaves out and what calls weigh: no more, no less."""

import re
from collections.abc import Iterator, Mapping

import pytest

from mock_exchange.gateway.left_out import LEFT_OUT
from mock_exchange.gateway.routes import ROUTES
from tests.conventions.sources import ROOT

PAGE = (ROOT / "docs" / "exchange-coverage.md").read_text(encoding="utf-8")
PREFIX = "/api/v3/"
RETIRED = frozenset(f"{method} {PREFIX}userDataStream" for method in ("POST", "PUT", "DELETE"))
"""The venue has switched these off; whoever needs them switches them on here."""

# Weights that are not one number, as calls that weigh each of the numbers that the page names.
STEPS: Mapping[str, Mapping[int, Mapping[str, str]]] = {
    "GET executionRules": {2: {"symbol": "A"}, 40: {}},
    "GET depth": {5: {}, 25: {"limit": "500"}, 50: {"limit": "1000"}, 250: {"limit": "5000"}},
    "GET ticker/24hr": {2: {"symbol": "A"}, 40: {"symbols": ",".join(["A"] * 21)}, 80: {}},
    "GET ticker/tradingDay": {4: {"symbol": "A"}, 200: {"symbols": ",".join(["A"] * 100)}},
    "GET ticker": {4: {"symbol": "A"}, 200: {"symbols": ",".join(["A"] * 100)}},
    "GET ticker/price": {2: {"symbol": "A"}, 4: {}},
    "GET ticker/bookTicker": {2: {"symbol": "A"}, 4: {}},
    "POST order/test": {1: {}, 20: {"computeCommissionRates": "true"}},
    "GET openOrders": {6: {"symbol": "A"}, 80: {}},
    "GET myTrades": {20: {}, 5: {"orderId": "1"}},
    "GET myPreventedMatches": {20: {"orderId": "1"}, 2: {"preventedMatchId": "1"}},
}


def rows(heading: str) -> Iterator[list[str]]:
    """The cells of every row of the table below a heading, without the table's own heading."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    for line in section.splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def calls() -> dict[str, list[str]]:
    """Of ``/api/v3``: by method and short path, weight and what becomes of it."""
    return {row[0].strip("`"): row[1:] for row in rows("Calls of `/api/v3`")}


def line_of(call: str) -> bytes:
    method, path = call.split()
    return f"{method} {PREFIX}{path}".encode()


def test_every_call_that_is_served_or_left_out_is_on_the_page() -> None:
    known = {line.decode() for line in (*ROUTES, *LEFT_OUT) if line.split()[1].startswith(PREFIX.encode())}
    assert {line_of(call).decode() for call in calls()} == known - RETIRED


@pytest.mark.parametrize("call", calls())
def test_the_page_says_of_each_call_what_becomes_of_it(call: str) -> None:
    _, said = calls()[call]
    reason = LEFT_OUT.get(line_of(call))
    assert said == f"left out: {reason}" if reason else said.partition(";")[0] == "served"
    assert (line_of(call) in ROUTES) is (reason is None)


@pytest.mark.parametrize("call", [call for call in calls() if line_of(call) in ROUTES])
def test_the_page_says_what_each_call_weighs(call: str) -> None:
    weight, _ = calls()[call]
    route = ROUTES[line_of(call)]
    numbers = [int(number) for number in re.findall(r"\d+", weight)]
    if call in STEPS:
        assert set(STEPS[call]) <= set(numbers)
        assert [route.cost(asked).weight for asked in STEPS[call].values()] == list(STEPS[call])
    else:
        assert route.cost({}).weight == numbers[0]
    assert ("0 if it succeeds" in weight) is route.is_free_when_done


def test_the_page_names_what_is_answered_for_other_products() -> None:
    others = {line.decode() for line in ROUTES if not line.split()[1].startswith(PREFIX.encode())}
    assert {row[0].strip("`") for row in rows("Other products")} == others
