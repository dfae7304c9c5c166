"""Greenlets kept for the arrivals to come: what is handed over is sent at once, whatever befell the one before."""

import gevent
from gevent.event import Event

from scenarios.senders import Senders
from scenarios.traffic.accounting import Flight
from slo.history import Operation


def flight(arrival: int) -> Flight:
    return Flight(arrival, Operation.ORDER_PLACE, "BTCUSDT", 0)


def turn() -> None:
    """Let everything run that can."""
    for _ in range(3):
        gevent.sleep(0)


def test_arrivals_are_begun_in_order_while_others_are_outstanding() -> None:
    answered, begun = Event(), list[int]()

    def serve(one: Flight) -> None:
        begun.append(one.arrival)
        answered.wait()

    senders = Senders(serve)
    for arrival in range(5):
        senders.send(flight(arrival))
    assert begun == [], "whoever hands them over goes on"
    turn()
    assert begun == [0, 1, 2, 3, 4]
    answered.set()
    turn()
    for arrival in range(5, 12):  # more than are idle
        senders.send(flight(arrival))
    turn()
    assert sorted(begun) == list(range(12))
    assert begun[5:10] == [5, 6, 7, 8, 9]
    senders.kill()


def test_one_greenlet_sends_what_comes_one_after_the_other() -> None:
    used = list[object]()
    senders = Senders(lambda _: used.append(gevent.getcurrent()))
    for arrival in range(10):
        senders.send(flight(arrival))
        turn()
    assert len(used) == 10
    assert len(set(used)) == 1
    senders.kill()


def test_a_sender_that_raises_takes_nothing_with_it() -> None:
    served = list[int]()

    def serve(one: Flight) -> None:
        if one.arrival == 1:
            raise ValueError("an arrival that cannot be stored")
        served.append(one.arrival)

    senders = Senders(serve)
    hub = gevent.get_hub()
    told, hub.exception_stream = hub.exception_stream, None
    try:
        for arrival in range(4):
            senders.send(flight(arrival))
            turn()
    finally:
        hub.exception_stream = told
    assert served == [0, 2, 3]
    senders.kill()


def test_kill_ends_what_is_being_sent_and_what_is_idle() -> None:
    ended = list[int]()

    def serve(one: Flight) -> None:
        try:
            gevent.sleep(0 if one.arrival == 0 else 60)
        finally:
            ended.append(one.arrival)

    senders = Senders(serve)
    senders.send(flight(0))
    senders.send(flight(1))
    turn()
    assert ended == [0]
    senders.kill()
    assert ended == [0, 1]
