"""The load client on real sockets: keep-alive, time limits, resets, and whether a byte was sent."""

import hashlib
import hmac
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import gevent
import pytest

from scenarios.client import CallCounts, CallFailed, outcome_of_failure
from scenarios.client.limits import TimeLimits
from scenarios.client.market import learn_market
from scenarios.client.pool import ConnectionPool
from scenarios.client.signing import RequestWriter
from scenarios.errors import InvalidTarget, TargetUnavailable
from slo.history import Operation, Outcome
from tests.scenarios.calling import LONG_NS, ORDER, PING, SHORT_NS, Watched, client_of, failure_of
from tests.scenarios.responder import (
    Action,
    Answer,
    Asked,
    Reset,
    Responder,
    Silence,
    as_a_venue,
    wait_until,
)


def test_calls_share_one_connection_while_it_lasts() -> None:
    with Responder() as responder:
        client = client_of(responder.url)
        for _ in range(20):
            client.call(PING, Watched())
        assert responder.connections == 1
        client.close()


def test_concurrent_calls_have_a_connection_each() -> None:
    with Responder(lambda _: Answer(after_s=0.1)) as responder:
        client = client_of(responder.url)
        greenlets = [gevent.spawn(client.call, PING, Watched()) for _ in range(5)]
        gevent.joinall(greenlets, raise_error=True)
        assert responder.connections == 5
        client.close()


def test_a_connection_that_the_venue_closed_while_idle_is_replaced_before_anything_is_sent() -> None:
    with Responder() as responder:
        client = client_of(responder.url)
        client.call(PING, Watched())
        responder.drop_connections()
        wait_until(lambda: not responder.open_connections)
        assert client.call(ORDER, Watched()).status == 200
        assert responder.connections == 2
        client.close()


@contextmanager
def full_of_connections(responder: Responder) -> Iterator[None]:
    """Connections until one more must wait for the venue to accept some."""
    with ExitStack() as stack:
        while True:
            connection = stack.enter_context(socket.socket())
            connection.settimeout(0.2)
            try:
                connection.connect(responder.address)
            except TimeoutError:
                connection.close()
                break
        yield


def test_what_the_venue_takes_to_accept_a_connection_is_its_time_and_not_the_senders_lateness() -> None:
    with Responder(backlog=0, accepts=False) as responder, full_of_connections(responder):
        client = client_of(responder.url)
        before_ns = time.monotonic_ns()
        greenlet = gevent.spawn(client.call, ORDER, watched := Watched())
        gevent.sleep(0.05)
        assert watched.sent_ns == -1, "no byte was written"
        accepting_ns = time.monotonic_ns()
        responder.accept()
        assert greenlet.get().status == 200
        assert before_ns <= watched.sent_ns < accepting_ns
        client.close()


def test_a_connection_that_is_never_accepted_carries_nothing() -> None:
    with Responder(backlog=0, accepts=False) as responder, full_of_connections(responder):
        with pytest.raises(CallFailed, match="timed out") as caught:
            client_of(responder.url, SHORT_NS).call(ORDER, watched := Watched())
        assert not caught.value.sent
        assert watched.sent_ns == -1
        assert outcome_of_failure(Operation.ORDER_PLACE, caught.value) is Outcome.FAILED


def test_nothing_is_sent_to_a_port_where_nobody_listens() -> None:
    with Responder() as responder:
        url = responder.url
    watched = Watched()
    with pytest.raises(CallFailed) as caught:
        client_of(url).call(ORDER, watched)
    assert not caught.value.sent
    assert watched.sent_ns == -1


def quick_then(action: Action) -> Callable[[Asked], Action]:
    return lambda asked: action if asked.about_orders else Answer()


@pytest.mark.parametrize("calls_before", [0, 1])
@pytest.mark.parametrize(
    "action", [Reset(), Answer(cut_after=30), Answer(cut_after=0), Answer(headers=("broken header",))]
)
def test_a_connection_that_breaks_after_the_request_was_sent_says_so(action: Action, calls_before: int) -> None:
    assert failure_of(quick_then(action), calls_before=calls_before).sent


def test_silence_ends_at_the_time_limit() -> None:
    failure = failure_of(quick_then(Silence()), SHORT_NS)
    assert failure.sent
    assert "timed out" in failure.reason


def test_a_reply_in_drops_does_not_stretch_the_time_limit() -> None:
    def drips(asked: Asked) -> Action:
        return Answer(body=b"x" * 100_000, chunk=1, pause_s=0.02)

    assert "timed out" in failure_of(drips, SHORT_NS).reason


def test_a_connection_is_not_used_again_after_a_failure() -> None:
    with Responder(lambda asked: Silence() if asked.number == 0 else Answer()) as responder:
        client = client_of(responder.url, SHORT_NS)
        with pytest.raises(CallFailed):
            client.call(ORDER, Watched())
        assert client.call(ORDER, Watched()).status == 200
        assert responder.connections == 2
        client.close()


def test_a_greenlet_that_is_killed_leaves_no_connection_that_awaits_a_reply() -> None:
    with Responder(lambda asked: Answer(after_s=0.2) if asked.number == 0 else Answer()) as responder:
        client = client_of(responder.url)
        greenlet = gevent.spawn(client.call, ORDER, watched := Watched())
        gevent.sleep(0)
        while watched.sent_ns < 0:
            gevent.sleep(0.001)
        greenlet.kill()
        assert client.call(PING, Watched()).status == 200
        assert responder.connections == 2
        client.close()


def test_an_order_is_signed_at_the_moment_of_sending_over_exactly_what_is_sent() -> None:
    with Responder() as responder:
        before_ms = time.time_ns() // 1_000_000
        client = client_of(responder.url)
        client.call(ORDER, Watched())
        client.close()
        (asked,) = responder.asked
    signed, _, signature = asked.raw_query.rpartition("&signature=")
    assert signature == hmac.new(b"secret", signed.encode(), hashlib.sha256).hexdigest()
    assert before_ms <= int(asked.query["timestamp"]) <= time.time_ns() // 1_000_000
    assert asked.headers["x-mbx-apikey"] == "key"


def test_the_published_test_vector_of_the_venue_is_met() -> None:
    # Binance's own HMAC example: secret, parameters and signature as in its REST documentation.
    secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
    writer = RequestWriter("h", "k", secret, wall_clock_ns=lambda: 1_499_827_319_559_000_000)
    query = "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000"
    expected = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
    assert writer.signed(query) == f"{query}&timestamp=1499827319559&signature={expected}"


def test_whoever_waits_for_a_connection_gets_it_in_turn_and_may_give_up() -> None:
    limits, counts = TimeLimits(time.monotonic_ns, LONG_NS), CallCounts()
    pool = ConnectionPool(("127.0.0.1", 1), time.monotonic_ns, limits, 1, counts)
    first = pool.take()
    waiting = [gevent.spawn(pool.take) for _ in range(4)]
    gevent.sleep(0)
    waiting[0].kill()
    waiting[1].kill(block=False)
    pool.give_back(first)  # the turn of one that will never know
    second = waiting[2].get(timeout=10)
    assert not waiting[3].ready()
    pool.give_back(second)
    pool.give_back(waiting[3].get(timeout=10))
    assert pool.take() is not None, "all were given back, so nobody has to wait"
    seen = counts.take()
    assert (seen.calls, seen.pool_waits) == (6, 4), "who gave up has waited, too"
    assert seen.pool_wait_ns_max > 0
    assert counts.take() == CallCounts()


@pytest.mark.parametrize("url", ["https://127.0.0.1:1", "127.0.0.1:1", "http://127.0.0.1:1/api", "http://"])
def test_only_plain_http_to_a_host_and_port_is_driven(url: str) -> None:
    with pytest.raises(InvalidTarget):
        client_of(url)


def test_the_market_is_learnt_from_the_venue() -> None:
    with Responder() as responder:
        client = client_of(responder.url)
        (first,) = learn_market(client, [])
        assert (first.symbol, str(first.tick), str(first.bid)) == ("BTCUSDT", "0.01000000", "60000.00")
        assert [each.symbol for each in learn_market(client, ["ETHUSDT", "BTCUSDT"])] == ["ETHUSDT", "BTCUSDT"]
        with pytest.raises(TargetUnavailable, match="does not trade DOGEUSDT"):
            learn_market(client, ["DOGEUSDT"])
        client.close()


def test_a_venue_that_refuses_the_key_is_told_before_the_traffic_starts() -> None:
    def refuses(asked: Asked) -> Action:
        return Answer(401, b'{"code":-2015,"msg":"Invalid API-key"}') if "account" in asked.path else as_a_venue(asked)

    with Responder(refuses) as responder:
        client = client_of(responder.url)
        with pytest.raises(TargetUnavailable, match="refuses the API key"):
            learn_market(client, [])
        client.close()


def test_time_limits_of_many_calls_run_out_in_order_and_never_early() -> None:
    limits = TimeLimits(time.monotonic_ns, 50_000_000)
    ended: list[tuple[int, int]] = []

    def waits(number: int, over: bool) -> None:
        begun_ns = time.monotonic_ns()
        limit = limits.begin()
        limit.over = over  # before it waits: whoever has ended is left alone, however long the host stands still
        try:
            gevent.sleep(0.2 if over else 60)
        except TimeoutError:
            ended.append((number, time.monotonic_ns() - begun_ns))
        limit.over = True

    greenlets = []
    for number in range(20):
        greenlets.append(gevent.spawn(waits, number, number % 3 == 0))
        gevent.sleep(0.002)
    gevent.joinall(greenlets, raise_error=True)
    assert [number for number, _ in ended] == [number for number in range(20) if number % 3]
    assert all(waited_ns >= 50_000_000 for _, waited_ns in ended)
