"""Faults stand in a passage one behind the other, and it is as before once they have gone."""

from collections.abc import Callable
from functools import partial

from mock_exchange.faults.layers import Layers
from mock_exchange.faults.passage import Passage


class Sender:
    def __init__(self) -> None:
        self.sent: list[str] = []
        self.send: Callable[[str], None] = self.sent.append


def passage_to(sender: Sender) -> Passage[str, None]:
    return Passage(Layers(sender.send, partial(setattr, sender, "send")))


def marking(mark: str) -> Callable[[str, Callable[[str], None]], None]:
    return lambda message, onward: onward(message + mark)


def test_each_fault_gets_what_the_one_before_it_passed_on() -> None:
    sender = Sender()
    passage = passage_to(sender)
    first, second = passage.divert(marking("1")), passage.divert(marking("2"))
    sender.send("a")
    first.end()
    sender.send("b")
    second.end()
    sender.send("c")
    assert sender.sent == ["a12", "b2", "c"]


def test_without_faults_nothing_stands_between() -> None:
    sender = Sender()
    before = sender.send
    passage = passage_to(sender)
    assert sender.send is before
    passage.divert(marking("1")).end()
    assert sender.send is before


def test_what_was_held_passes_those_who_came_later_but_not_those_who_left() -> None:
    sender, held = Sender(), list[str]()
    passage = passage_to(sender)
    holding = passage.divert(lambda message, _: held.append(message))
    gone, later = passage.divert(marking("gone")), passage.divert(marking("!"))
    sender.send("a")
    gone.end()
    holding.end()
    for message in held:
        holding.onward(message)
    assert sender.sent == ["a!"]
    later.end()
