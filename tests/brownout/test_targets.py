"""Which target a run drives, and which it refuses before anything is started."""

import re
from pathlib import Path

import pytest
import yaml

from brownout.commands.run import chosen_target
from scenarios.errors import InvalidTarget
from scenarios.model import LIBRARY, load_scenario, named_url
from scenarios.plan import Plan, plan
from scenarios.targets.compose import ComposeTarget
from scenarios.targets.embedded import EmbeddedTarget
from scenarios.targets.ownership import Ownership
from scenarios.targets.url import UrlTarget

HERE = "http://127.0.0.1:8080"


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWNOUT_KEY", "key")
    monkeypatch.setenv("BROWNOUT_SECRET", "secret")


def _planned(scenario: str | Path, *overrides: str) -> Plan:
    return plan(load_scenario(str(scenario), overrides))


def test_without_a_choice_the_scenario_says() -> None:
    assert isinstance(chosen_target(_planned("smoke"), None), EmbeddedTarget)


def test_the_command_line_overrules_the_scenario() -> None:
    assert isinstance(chosen_target(_planned("smoke"), "compose"), ComposeTarget)


@pytest.mark.usefixtures("credentials")
def test_a_url_is_driven_directly_where_no_fault_needs_the_wire() -> None:
    target = chosen_target(_planned("smoke"), HERE + "/")
    assert isinstance(target, UrlTarget)
    assert (target.checked.url, target.through_proxy) == (HERE, False)


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


THERE = "http://198.51.100.7:8080"
"""Of a block that is nobody's (RFC 5737)."""
LIMIT = "stop_when={burn_rate: 10, over: 5s}"


@pytest.fixture
def names_another_host(tmp_path: Path) -> Path:
    written = (LIBRARY / "smoke.yaml").read_text(encoding="utf-8")
    file = tmp_path / "elsewhere.yaml"
    document = yaml.safe_load(written) | {"target": {"kind": "url", "url": THERE}}
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    return file


@pytest.mark.usefixtures("credentials")
def test_a_host_beyond_this_one_is_driven_where_the_scenario_names_it_and_its_owner_says_so(
    names_another_host: Path,
) -> None:
    ownership = Ownership(named_url(str(names_another_host)), confirmed=True)
    for asked in (None, THERE):
        target = chosen_target(_planned(names_another_host, LIMIT), asked, ownership)
        assert isinstance(target, UrlTarget)
        assert target.checked.addresses == ("198.51.100.7:8080",)


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize(
    ("asked", "confirmed", "overrides", "told"),
    [
        (None, False, [LIMIT], "give --i-own-this-target"),
        (None, True, ["stop_when=never"], "stop_when: 'never' needs a limit"),
        ("http://198.51.100.8:8080", True, [LIMIT], "only a host that the scenario file names"),
        ("http://198.51.100.7:8081", True, [LIMIT], "only a host that the scenario file names"),
        (None, True, [LIMIT, "target.url=http://198.51.100.8:8080"], "only a host that the scenario file names"),
    ],
)
def test_a_host_beyond_this_one_is_refused_where_anything_is_missing(
    names_another_host: Path, asked: str | None, confirmed: bool, overrides: list[str], told: str
) -> None:
    ownership = Ownership(named_url(str(names_another_host)), confirmed)
    with pytest.raises(InvalidTarget, match=re.escape(told)):
        chosen_target(_planned(names_another_host, *overrides), asked, ownership)


@pytest.mark.parametrize("missing", ["BROWNOUT_KEY", "BROWNOUT_SECRET"])
@pytest.mark.usefixtures("credentials")
def test_a_url_target_needs_credentials(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(missing)
    with pytest.raises(InvalidTarget, match=missing):
        chosen_target(_planned("smoke"), HERE)
