"""Which target a run drives, and which it refuses before anything is started."""

import pytest

from brownout.commands.run import chosen_target
from scenarios.errors import InvalidTarget
from scenarios.model import load_scenario
from scenarios.plan import Plan, plan
from scenarios.targets.compose import ComposeTarget
from scenarios.targets.embedded import EmbeddedTarget
from scenarios.targets.url import UrlTarget

HERE = "http://127.0.0.1:8080"


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWNOUT_KEY", "key")
    monkeypatch.setenv("BROWNOUT_SECRET", "secret")


def _planned(scenario: str) -> Plan:
    return plan(load_scenario(scenario))


def test_without_a_choice_the_scenario_says() -> None:
    assert isinstance(chosen_target(_planned("smoke"), None), EmbeddedTarget)


def test_the_command_line_overrules_the_scenario() -> None:
    assert isinstance(chosen_target(_planned("smoke"), "compose"), ComposeTarget)


@pytest.mark.usefixtures("credentials")
def test_a_url_is_driven_directly_where_no_fault_needs_the_wire() -> None:
    target = chosen_target(_planned("smoke"), HERE + "/")
    assert isinstance(target, UrlTarget)
    assert (target.url, target.through_proxy) == (HERE, False)


@pytest.mark.usefixtures("credentials")
def test_a_url_target_refuses_a_fault_of_the_process() -> None:
    with pytest.raises(InvalidTarget, match="fault pause-1"):
        chosen_target(_planned("pause"), HERE)


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1",
        "http://10.0.0.1",
        "http://example.org",
        "ftp://127.0.0.1",
        "embeded",
        "http://localhost:abc",
        "http://[::1",
        "http://127.0.0.1:99999",
        "http://127.0.0.1/api",
    ],
)
def test_a_target_that_is_not_plain_http_on_loopback_is_refused(url: str) -> None:
    with pytest.raises(InvalidTarget, match="--target"):
        chosen_target(_planned("smoke"), url)


@pytest.mark.parametrize("missing", ["BROWNOUT_KEY", "BROWNOUT_SECRET"])
@pytest.mark.usefixtures("credentials")
def test_a_url_target_needs_credentials(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(missing)
    with pytest.raises(InvalidTarget, match=missing):
        chosen_target(_planned("smoke"), HERE)
