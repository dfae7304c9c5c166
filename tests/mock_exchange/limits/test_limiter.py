"""Who passes, who is refused and who is banned, against a slow model that keeps everything that ever happened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_exchange.limits.limiter import Charge, Cost, Unlimited
from mock_exchange.limits.refusals import RateLimited, banned
from mock_exchange.limits.settings import RateLimits
from mock_exchange.limits.venue_limiter import VenueLimiter

WINDOW_MS, LIMIT, AFTER, FIRST_MS = 1000, 10, 2, 500
SETTINGS = RateLimits.model_validate(
    {
        "enabled": True,
        "request_weight": {"limit": LIMIT, "window": "1s"},
        "ban": {"after": AFTER, "first": "500ms", "longest": "1h"},
    }
)
REQUESTS = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from("ab"), st.integers(1, 4), st.sampled_from([200, 400, 503])),
    max_size=80,
)
"""Milliseconds since the one before, from where, what it weighs if it fails, and how it ends."""


class SlowModel:
    """Every request and every ban, looked through from the start each time."""

    def __init__(self) -> None:
        self.charged: list[tuple[int, str, int]] = []
        self.refused: list[tuple[int, str]] = []
        self.bans: list[tuple[int, str, int]] = []

    def status(self, now_ms: int, address: str, weight: int, ending: int) -> int:
        """200 stands for whatever the gateway said."""
        if any(who == address and begun_ms <= now_ms < until_ms for begun_ms, who, until_ms in self.bans):
            return 418
        if self.used(now_ms, address) + weight <= LIMIT:
            self.charged.append((now_ms, address, 0 if ending in (200, 503) else weight))
            return 200
        self.charged.append((now_ms, address, weight))
        self.refused.append((now_ms, address))
        if sum(who == address and time_ms >= _begin(now_ms) for time_ms, who in self.refused) <= AFTER:
            return 429
        self.bans.append((now_ms, address, now_ms + self._length_ms(address)))
        self.refused = [each for each in self.refused if each[1] != address]  # they are atoned for
        return 418

    def used(self, now_ms: int, address: str) -> int:
        begins_ms = _begin(now_ms)
        return sum(amount for time_ms, who, amount in self.charged if who == address and time_ms >= begins_ms)

    def _length_ms(self, address: str) -> int:
        return FIRST_MS << sum(who == address for _, who, _ in self.bans)


def _begin(now_ms: int) -> int:
    return now_ms - now_ms % WINDOW_MS


class Door:
    """A limiter, and a clock that the test moves."""

    def __init__(self, settings: RateLimits = SETTINGS) -> None:
        self.now_ms = 10**6
        self.retry_at_ms = 0
        """What the last refusal said."""
        self.limiter = VenueLimiter(settings, lambda: self.now_ms * 1_000_000)

    def status(self, address: str, cost: Cost, ending: int = 200) -> int:
        try:
            charge = self.limiter.request(address, cost)
        except RateLimited as refused:
            self.retry_at_ms = refused.retry_at_ms
            return refused.status
        self.limiter.settle(charge, ending, b"")
        return 200


@given(requests=REQUESTS)
def test_who_passes_is_who_passes_where_everything_is_remembered(requests: list[tuple[int, str, int, int]]) -> None:
    door, model = Door(), SlowModel()
    for wait_ms, address, weight, ending in requests:
        door.now_ms += wait_ms
        expected = model.status(door.now_ms, address, weight, ending)
        assert door.status(address, Cost(weight, is_free_when_done=True), ending) == expected
        assert door.limiter.used_weight(address) == model.used(door.now_ms, address)
        assert expected == 200 or door.retry_at_ms > door.now_ms


@pytest.mark.parametrize(("left_ms", "seconds"), [(1, 1), (999, 1), (1000, 1), (1001, 2), (120_000, 120)])
def test_retry_after_is_whole_seconds_that_are_enough(left_ms: int, seconds: int) -> None:
    assert banned(now_ms=5, until_ms=5 + left_ms).retry_after_s == seconds


def test_bans_are_told_to_whoever_holds_connections() -> None:
    door, told = Door(), list[str]()
    door.limiter.on_ban(told.append)
    statuses = [door.status("a", Cost(LIMIT)) for _ in range(AFTER + 2)]
    assert statuses == [200, *[429] * AFTER, 418]
    assert told == ["a"]
    assert door.status("a", Cost(1)) == 418
    assert told == ["a"], "once for each ban"
    assert door.status("b", Cost(1)) == 200


def test_connection_attempts_are_limited_and_the_banned_have_none() -> None:
    door = Door(RateLimits.model_validate(SETTINGS.model_dump() | {"connections": {"limit": 2, "window": "1s"}}))
    for _ in range(2):
        door.limiter.connect("a")
    with pytest.raises(RateLimited, match="current limit is 2 per '1 SECOND'") as refused:
        door.limiter.connect("a")
    assert (refused.value.code, refused.value.status) == (-1034, 429)
    while door.status("b", Cost(LIMIT)) != 418:
        pass
    with pytest.raises(RateLimited) as refused:
        door.limiter.connect("b")
    assert refused.value.status == 418


@pytest.mark.parametrize(
    ("peer", "header", "caller"),
    [
        ("127.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("::1", "192.0.2.1,2001:db8::1", "2001:db8::1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.1, ", "127.0.0.1"),
        ("192.0.2.7", "192.0.2.1", "192.0.2.7"),
        ("", "192.0.2.1", ""),
    ],
)
def test_only_a_proxy_on_this_host_is_believed_and_only_where_that_is_wanted(
    peer: str, header: str, caller: str
) -> None:
    trusting = RateLimits.model_validate(SETTINGS.model_dump() | {"trust_forwarded_for": True})
    assert Door(trusting).limiter.caller(peer, header) == caller
    assert Door().limiter.caller(peer, header) == Unlimited().caller(peer, header) == peer


def test_scaled_windows_are_told_as_they_are() -> None:
    scaled = RateLimits.model_validate({"enabled": True, "scale": 0.1})
    told = [(each.rate_limit_type, each.letter) for each in Door(scaled).limiter.rate_limits()]
    assert told == [("REQUEST_WEIGHT", "6S"), ("ORDERS", "1S"), ("ORDERS", "144M"), ("RAW_REQUESTS", "30S")]
    assert scaled.ban_ms() == (12_000, 72 * 360_000)
    tiny = RateLimits.model_validate({"enabled": True, "scale": 1e-6})
    assert tiny.window_ms(tiny.request_weight) == 1000, "clients are told of seconds, and there is none shorter"


def test_usage_is_what_the_websocket_api_shows() -> None:
    door = Door()
    door.limiter.request("a", Cost(4, orders=2), 7)
    counts = [(each.rate_limit_type, each.letter, each.count) for each in door.limiter.usage("a", 7)]
    assert counts == [("REQUEST_WEIGHT", "1S", 4), ("ORDERS", "10S", 2), ("ORDERS", "1D", 2), ("RAW_REQUESTS", "5M", 1)]
    assert [each.rate_limit_type for each in door.limiter.usage("a")] == ["REQUEST_WEIGHT", "RAW_REQUESTS"]


def test_without_limits_nothing_is_counted_and_nobody_refused() -> None:
    limiter = Unlimited()
    charge = limiter.request("a", Cost(10**9, orders=10**9), 1)
    limiter.settle(charge, 400, b"")
    limiter.connect("a")
    assert isinstance(charge, Charge)
    assert (limiter.rate_limits(), limiter.order_usage(1), limiter.usage("a", 1)) == ([], [], [])
