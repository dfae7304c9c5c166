"""What is kept of a run holds no secret."""

import pytest
from pydantic import JsonValue

from scenarios.targets.secrecy import override_without_secrets, without_secrets


def test_a_secret_is_left_out_at_any_depth_and_the_rest_is_kept() -> None:
    given: dict[str, JsonValue] = {
        "queue": {"length": 3},
        "admin_token": "a",
        "accounts": [{"key": "k", "secret": "s"}],
    }
    assert without_secrets(given) == {
        "queue": {"length": 3},
        "admin_token": "(not kept)",
        "accounts": [{"key": "k", "secret": "(not kept)"}],
    }
    assert given["admin_token"] == "a", "what the exchange is given keeps it"


@pytest.mark.parametrize(
    ("override", "kept"),
    [
        ("traffic.deadline=1s", "traffic.deadline=1s"),
        ("target.exchange.admin_token=x", "target.exchange.admin_token=(not kept)"),
        ("target.exchange.accounts=[{key: k, secret: s}]", "target.exchange.accounts=(not kept)"),
    ],
)
def test_an_override_keeps_its_value_unless_it_holds_a_secret(override: str, kept: str) -> None:
    assert override_without_secrets(override) == kept
