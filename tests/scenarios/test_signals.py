"""The first signal interrupts; nothing interrupts the healing that it causes."""

import os
import signal

import pytest

from scenarios.signals import ENDING, OneInterrupt


@pytest.mark.parametrize("number", ENDING)
def test_the_first_signal_interrupts_and_later_ones_do_not(number: signal.Signals) -> None:
    with OneInterrupt():
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)


def test_once_the_rest_must_not_be_broken_off_no_signal_interrupts() -> None:
    came_through = False
    with OneInterrupt() as interrupt:
        interrupt.no_more()
        os.kill(os.getpid(), signal.SIGTERM)
        came_through = True
    assert came_through


def test_afterwards_signals_do_what_they_did_before() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with OneInterrupt():
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before
