"""Accounts are shown balances of some time ago, and what they spend is what they have."""

from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.faults.told import marks
from tests.mock_exchange.pit import Pit
from tests.mock_exchange.served import OTHER, Reply

KIND = "stale_balances"


def account(pit: Pit) -> Reply:
    return pit.exchange.signed_call("GET", "/api/v3/account")


def locked(reply: Reply) -> str:
    return next(str(each["locked"]) for each in reply.json["balances"] if each["asset"] == "USDT")


def test_what_an_order_locks_is_not_shown_until_it_is_healed(pit: Pit) -> None:
    before = locked(account(pit))
    with fault(pit.exchange, KIND) as evidence:
        same = account(pit)
        assert (locked(same), marks(same)) == (before, [])
        pit.limit("BUY", 100)
        stale = account(pit)
        assert (locked(stale), marks(stale)) == (before, [KIND])
        pit.place("SELL", "MARKET", OTHER)
        assert pit.send("GET", "/api/v3/openOrders").json == []  # orders are told of as ever
    assert evidence.hits == 1
    pit.limit("BUY", 100)
    healed = account(pit)
    assert (float(locked(healed)), marks(healed)) == (float(before) + 100, [])


def test_with_a_lag_they_come_late(pit: Pit) -> None:
    before = float(locked(account(pit)))
    with fault(pit.exchange, KIND, lag_ms=1_500) as evidence:
        pit.limit("BUY", 100)
        assert float(locked(account(pit))) == before
        eventually(lambda: float(locked(account(pit))) == before + 100, "the balance")
        assert marks(account(pit)) == []
    assert (evidence.hits or 0) > 0


def test_one_account_is_not_shown_the_other_s(pit: Pit) -> None:
    theirs = pit.exchange.signed_call("GET", "/api/v3/account", OTHER).json["balances"]
    with fault(pit.exchange, KIND):
        pit.limit("BUY", 100)
        assert pit.exchange.signed_call("GET", "/api/v3/account", OTHER).json["balances"] == theirs
