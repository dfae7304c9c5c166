"""Killed, the venue is gone; healed, it serves again at the same address, and nobody takes it for an accident."""

import os
from collections.abc import Iterator

import pytest

from chaos.errors import CannotApply
from chaos.ground import Ground
from chaos.ground.embedded import EmbeddedProcess
from chaos.kinds.process.kill import Kill
from chaos.kinds.process.pause import Pause
from chaos.selector import ALL
from scenarios.targets.target import LiveTarget
from tests.chaos.targets import asked, embedded


@pytest.fixture(scope="module")
def live() -> Iterator[LiveTarget]:
    with embedded() as target:
        yield target


def test_it_is_down_while_killed_and_serves_again_when_healed(live: LiveTarget) -> None:
    assert asked(live) == 200
    with Kill().applied(live.ground, "k", ALL) as evidence:
        assert asked(live) != 200
        assert live.gone() == []  # nobody who looks for accidents finds one
    assert asked(live) == 200
    assert evidence.recovered_ms is not None
    assert evidence.recovered_ms > 0
    assert live.ledger() is not None  # its other ports are where they were


def test_it_is_brought_up_once_by_the_last_of_two(live: LiveTarget) -> None:
    process = live.ground.need_process()
    process.take_down("one", gracefully=False)
    process.take_down("two", gracefully=False)
    process.bring_up("one")
    assert asked(live) != 200
    process.bring_up("two")
    process.bring_up("two")
    assert asked(live) == 200


def test_a_pause_outlasts_a_kill(live: LiveTarget) -> None:
    with Pause().applied(live.ground, "p", ALL):
        with Kill().applied(Ground(live.ground.process), "k", ALL):
            pass
        assert asked(live, seconds=0.3) is None
    assert asked(live) == 200


def test_a_process_that_could_not_be_started_again_is_left_alone() -> None:
    own = EmbeddedProcess(os.getpid())
    with pytest.raises(CannotApply, match="started by somebody else"), Kill().applied(Ground(own), "k", ALL):
        pass
    assert own.alive()
