"""Keys follow from the shared secret alone, and each end has its own."""

import pytest
import zmq

from scenarios.errors import InvalidTarget
from scenarios.hosts.keys import VARIABLE, JoinKeys

SECRET = "a secret that both ends hold"


def test_the_same_secret_gives_the_same_keys_and_another_others() -> None:
    keys, again, other = JoinKeys.of(SECRET), JoinKeys.of(SECRET), JoinKeys.of(SECRET + "!")
    assert keys == again
    every = {pair.public for both in (keys, other) for pair in (both.master, both.worker)}
    assert len(every) == 4


def test_a_pair_is_a_pair() -> None:
    for pair in (JoinKeys.of(SECRET).master, JoinKeys.of(SECRET).worker):
        assert zmq.curve_public(pair.secret) == pair.public


@pytest.mark.parametrize("secret", ["", "fifteen letters"])
def test_what_can_be_guessed_is_refused_and_not_repeated(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, secret)
    with pytest.raises(InvalidTarget, match="must hold the same secret of at least 16 characters") as refused:
        JoinKeys.from_environment()
    assert "fifteen" not in str(refused.value)


def test_the_environment_holds_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)
    assert JoinKeys.from_environment() == JoinKeys.of(SECRET)


def test_no_secret_is_in_what_is_printed() -> None:
    keys = JoinKeys.of(SECRET)
    shown = repr(keys)
    assert keys.master.secret.decode() not in shown
    assert keys.worker.secret.decode() not in shown
