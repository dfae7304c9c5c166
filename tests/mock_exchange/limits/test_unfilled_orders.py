"""Orders that trade do not count: the examples of the venue's unfilled order count rules, on a real engine."""

import pytest

from mock_exchange.commitment import Commitment, Unjournaled
from mock_exchange.engine.commands import CancelAllOrders, Deposit, OrderType, PlaceOrder, Side, TimeInForce
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Accepted
from mock_exchange.engine.orders import Fees
from mock_exchange.engine.symbols import SYMBOLS
from mock_exchange.limits.limiter import Cost
from mock_exchange.limits.refusals import RateLimited
from mock_exchange.limits.settings import RateLimits
from mock_exchange.limits.unfilled_orders import UnfilledOrders
from mock_exchange.limits.venue_limiter import VenueLimiter

OWN, OTHER = 1, 2
DAY_MS = 24 * 60 * 60 * 1000
ORDER = Cost(1, orders=1)
REPLACEMENT = Cost(1, orders=1, counts_failures=True)


class Floor:
    """An engine, its limiter, and a clock that the test moves."""

    def __init__(self, **settings: object) -> None:
        self.now_ms = DAY_MS
        self.limiter = VenueLimiter(RateLimits.model_validate(settings), lambda: self.now_ms * 1_000_000)
        self.engine = Engine([SYMBOLS["BTCUSDT"]], Fees())
        self.commitment = Commitment(self.engine, Unjournaled())
        self.commitment.add_listener(UnfilledOrders(self.engine, self.limiter))
        for account in (OWN, OTHER):
            for asset in ("BTC", "USDT"):
                self.commitment.apply(Deposit(account, asset, 10**17, 0))

    def place(self, side: Side, price: int, quantity: int = 1, account: int = OWN, tif: str = "GTC") -> None:
        """Price and quantity in dollars and thousandths of a coin."""
        self.limiter.request("", ORDER, account)
        kind, time = OrderType.LIMIT, TimeInForce(tif)
        command = PlaceOrder(
            account, "BTCUSDT", side, kind, time, price * 100, quantity * 100, 0, f"o{self.now_ms}", self.now_ms
        )
        self.now_ms += 1
        assert isinstance(self.commitment.apply(command)[0], Accepted)

    @property
    def counts(self) -> tuple[object, ...]:
        return tuple(each.count for each in self.limiter.order_usage(OWN))


@pytest.fixture
def floor() -> Floor:
    return Floor()


def test_a_taker_s_first_fill_gives_back_one(floor: Floor) -> None:
    floor.place(Side.BUY, 90_000)  # A
    assert floor.counts == (1, 1)
    floor.place(Side.SELL, 100_000, account=OTHER)
    floor.place(Side.BUY, 100_000, quantity=3)  # B takes one and rests with two
    assert floor.counts == (1, 1)
    floor.place(Side.BUY, 91_000)  # C
    assert floor.counts == (2, 2)
    floor.place(Side.SELL, 100_000, quantity=2, account=OTHER)  # fills the rest of B, which had its first fill before
    assert floor.counts == (2, 2)


def test_a_maker_s_first_fill_gives_back_five_and_never_more_than_there_are(floor: Floor) -> None:
    floor.place(Side.BUY, 100_000, quantity=3)  # A
    for price in (99_000, 98_000, 97_000, 96_000):  # B to E
        floor.place(Side.BUY, price)
    assert floor.counts == (5, 5)
    floor.place(Side.SELL, 100_000, account=OTHER)
    assert floor.counts == (0, 0)
    floor.place(Side.BUY, 95_000)  # F
    floor.place(Side.BUY, 94_000)  # G
    floor.place(Side.SELL, 100_000, quantity=2, account=OTHER)  # the rest of A
    assert floor.counts == (2, 2)
    floor.place(Side.SELL, 99_000, account=OTHER)  # B
    assert floor.counts == (0, 0)
    floor.place(Side.BUY, 93_000)  # H
    assert floor.counts == (1, 1)


def test_cancels_and_expiry_change_nothing(floor: Floor) -> None:
    floor.place(Side.BUY, 90_000)
    floor.place(Side.BUY, 90_000, tif="FOK")
    floor.commitment.apply(CancelAllOrders(OWN, "BTCUSDT", "c", floor.now_ms))
    assert floor.counts == (2, 2)


def test_fills_give_back_in_the_window_in_which_they_come(floor: Floor) -> None:
    floor.place(Side.BUY, 100_000)
    floor.now_ms += DAY_MS
    for price in (90_000, 91_000):
        floor.place(Side.BUY, price)
    assert floor.counts == (2, 2)
    floor.place(Side.SELL, 100_000, account=OTHER)
    assert floor.counts == (0, 0)


def test_each_window_has_its_own_count() -> None:
    floor = Floor()
    floor.place(Side.BUY, 90_000)
    floor.now_ms += 10_000
    floor.place(Side.BUY, 91_000)
    assert floor.counts == (1, 2)


def test_the_order_that_is_one_too_many_is_refused_and_not_counted() -> None:
    floor = Floor(orders=[{"limit": 2, "window": "10s"}, {"limit": 9, "window": "24h"}])
    floor.place(Side.BUY, 90_000)
    floor.place(Side.BUY, 91_000)
    with pytest.raises(RateLimited) as refused:
        floor.limiter.request("", ORDER, OWN)
    assert (refused.value.code, refused.value.status) == (-1015, 429)
    assert refused.value.text == "Too many new orders; current limit is 2 orders per 10 SECOND."
    assert refused.value.retry_after_s == 10
    assert floor.counts == (2, 2)
    floor.limiter.request("", ORDER, OTHER)
    floor.now_ms += 10_000
    floor.limiter.request("", ORDER, OWN)


@pytest.mark.parametrize(
    ("cost", "status", "body", "counted"),
    [
        (ORDER, 200, b"{}", 1),
        (ORDER, 400, b'{"code":-2010}', 0),
        (ORDER, 503, b'{"code":-1008}', 0),
        (Cost(1, orders=3), 200, b"{}", 3),
        (REPLACEMENT, 200, b"{}", 1),
        (REPLACEMENT, 409, b'{"code":-2021}', 1),
        (REPLACEMENT, 400, b'{"code":-2022}', 1),
        (REPLACEMENT, 400, b'{"code":-1102}', 0),
        (REPLACEMENT, 503, b'{"code":-1008}', 0),
    ],
)
def test_only_what_was_placed_counts_but_for_replacements(cost: Cost, status: int, body: bytes, counted: int) -> None:
    floor = Floor()
    floor.limiter.settle(floor.limiter.request("", cost, OWN), status, body)
    assert floor.counts == (counted, counted)
