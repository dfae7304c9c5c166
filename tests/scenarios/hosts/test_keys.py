"""The join key: the same words give the same keys on every host, and none that are too few are taken."""

import pytest

from scenarios.errors import InvalidTarget
from scenarios.hosts.keys import VARIABLE, JoinKey

WORDS = "correct horse battery"


def test_the_same_words_give_the_same_keys_and_others_do_not() -> None:
    assert JoinKey.of(WORDS) == JoinKey.of(WORDS)
    assert JoinKey.of(WORDS).public != JoinKey.of(f"{WORDS}!").public
    assert JoinKey.of(WORDS).callback("*", JoinKey.of(WORDS).public)
    assert not JoinKey.of(WORDS).callback("*", JoinKey.of(f"{WORDS}!").public)


def test_a_key_does_not_show_its_secret() -> None:
    assert JoinKey.of(WORDS).secret.decode() not in repr(JoinKey.of(WORDS))


@pytest.mark.parametrize("words", ["", "too short"])
def test_a_secret_that_is_missing_or_too_short_is_refused_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setenv(VARIABLE, words)
    with pytest.raises(InvalidTarget, match=f"{VARIABLE}: .* at least 16 characters") as refused:
        JoinKey.from_environment()
    assert "too short" not in str(refused.value)
