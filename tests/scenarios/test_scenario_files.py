"""Scenario files: what is right is read, what is wrong is named with its place, its value, the rule and the way out."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from scenarios.errors import InvalidScenario, Problem
from scenarios.model import OpenPhase, Scenario, load_scenario, run_length_ns, scenario_names
from scenarios.model.loading import OBJECTIVES_LIBRARY
from scenarios.model.schema import SCHEMA_FILE, scenario_schema
from scenarios.quantities import Moment, Rate, format_duration, parse_duration_ns

MINIMAL: dict[str, Any] = {
    "name": "minimal",
    "traffic": {"mix": {"order.place": 1}, "phases": [{"name": "steady", "for": "2s", "open": {"rate": "10/s"}}]},
    "stop_when": "never",
}


def written(folder: Path, changes: Mapping[str, object] | None = None) -> str:
    path = folder / "scenario.yaml"
    path.write_text(yaml.safe_dump({**MINIMAL, **(changes or {})}), encoding="utf-8")
    return str(path)


def complaint(path: str, *overrides: str) -> str:
    with pytest.raises(InvalidScenario) as caught:
        load_scenario(path, overrides)
    return str(caught.value)


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_of_the_library_is_right(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.description
    assert all(path.is_file() for path in scenario.objective_files)


def test_the_schema_for_editors_is_current() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == scenario_schema(), "run python -m scenarios.model.schema"


def test_a_minimal_scenario_has_sensible_defaults(tmp_path: Path) -> None:
    scenario = load_scenario(written(tmp_path))
    assert scenario.target.kind == "embedded"
    assert scenario.traffic.deadline_ns == 1_000_000_000
    assert scenario.traffic.timeout_ns == 5_000_000_000
    assert scenario.stop_when == "never"
    assert run_length_ns(scenario.traffic) == 2_000_000_000


def test_the_word_on_is_a_key_and_not_a_boolean(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(
        "name: x\ntraffic: {mix: {order.place: 1}, phases: [{name: p, for: 5s, open: {rate: 10/s}}]}\n"
        "faults: [{at: p, for: 1s, kind: latency, on: {op: order.place}, with: {latency_ms: 5}}]\n"
        "stop_when: never\n",
        encoding="utf-8",
    )
    assert load_scenario(str(path)).faults[0].on == {"op": "order.place"}


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("name: x\nname: y\n", encoding="utf-8")
    assert complaint(str(path)) == f"{path}: line 2: 'name' stands here a second time: keep one"


def test_several_problems_are_told_at_once_each_with_its_place(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {
            "trafic": {},
            "traffic": {
                "mix": {"order.plce": 1},
                "dedline": "1s",
                "phases": [
                    {"name": "steady", "for": "2", "open": {"rate": "60 of capacity"}},
                    {"name": "sweep", "each": "1s", "closed": {"users": [0]}},
                ],
            },
            "faults": [{"at": "steady", "for": "1s", "kind": "latency", "with": {"latency_ms": -1}}],
        },
    )
    told = complaint(path)
    assert f"{path}: 7 problems" in told
    assert "trafic: is not a setting; did you mean 'traffic'?" in told
    assert "traffic.dedline: is not a setting; did you mean 'deadline'?" in told
    assert "traffic.mix.order.plce: 'order.plce' is not an operation" in told
    assert "traffic.phases[0].for: '2' is not a duration" in told
    assert (
        "traffic.phases[0].open.rate: '60 of capacity' is not a rate: write it as 200/s or as 60% of capacity" in told
    )
    assert "traffic.phases[1].closed.users[0]: 0 must be at least 1" in told
    assert "faults[0].with.latency_ms: -1 must be at least 0" in told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"traffic.phases.steady.open.rate": "60% of capacity"},
            "traffic.phases[0].open.rate: '60% of capacity' needs a closed phase before it",
        ),
        ({"traffic.deadline": "6s"}, "traffic.deadline: '6s' must not exceed the timeout, 5s"),
        (
            {"faults": "[{at: stedy + 1s, for: 500ms, kind: pause}]"},
            "faults[0].at: 'stedy + 1s' names a phase that there is not; did you mean 'steady'?",
        ),
        (
            {"faults": "[{at: 1s, for: 3s, kind: pause}]"},
            "faults[0].at: '1s' for 3s lasts until 4s, beyond the end of the run at 2s",
        ),
        ({"faults": "[{at: 1s, for: 1s, kind: puase}]"}, "faults[0].kind: 'puase' is no kind of fault"),
        (
            {"stop_when": "{burn_rate: 50, over: 5s}"},
            "stop_when.burn_rate: 50.0 is watched over the scenario's objectives, and it names none",
        ),
        ({"stop_when": "{burn_rate: 0, over: 5s}"}, "stop_when.burn_rate: 0 must be greater than 0"),
        ({"stop_when": "{burn_rate: 50}"}, "stop_when.over: must be given"),
        ({"stop_when": "sometimes"}, "stop_when: 'sometimes' must be 'never'"),
        ({"objectives": "[order-entri.yaml]"}, "objectives[0]: 'order-entri.yaml' is neither beside the scenario nor"),
        ({"target": "{kind: url}"}, "target.url: None must be given where the kind is url"),
        (
            {"target.url": "http://127.0.0.1:1"},
            "target.url: 'http://127.0.0.1:1' cannot be given where the kind is embedded",
        ),
        (
            {"traffic.feeds": "{streams: [dept]}"},
            "traffic.feeds.streams[0]: 'dept' is not a stream that can be subscribed to; there are trade, aggTrade",
        ),
        ({"traffic.feeds": "{subscribers: 3}"}, "traffic.feeds.streams: [] must name a stream where user_data is not"),
        ({"traffic.feeds": "{streams: [trade, trade]}"}, "traffic.feeds.streams: 'trade' is named twice"),
        (
            {"traffic.feeds": "{streams: [trade], subscribers: 10001}"},
            "traffic.feeds.subscribers: 10001 must be at most 10000",
        ),
        ({"traffic.mix.order.place": "1.5"}, "traffic.mix.order.place: 1.5 must be a whole number"),
        (
            {"traffic.phases[0].open.arrivals": "poison"},
            "traffic.phases[0].open.arrivals: 'poison' is no shape of arrivals; there are constant, poisson, ramp",
        ),
        ({"name": "a b"}, "name: 'a b' must match pattern"),
    ],
)
def test_a_broken_rule_is_named(tmp_path: Path, changes: dict[str, str], told: str) -> None:
    assert told in complaint(written(tmp_path), *(f"{key}={value}" for key, value in changes.items()))


def test_two_phases_of_one_name_are_refused(tmp_path: Path) -> None:
    phase = MINIMAL["traffic"]["phases"][0]
    path = written(tmp_path, {"traffic": {**MINIMAL["traffic"], "phases": [phase, phase]}})
    assert "traffic.phases[1].name: 'steady' is the name of an earlier phase too" in complaint(path)


def test_what_is_no_mapping_no_yaml_and_no_file_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("- 1", encoding="utf-8")
    assert "must be a mapping with name, target and traffic" in complaint(str(path))
    path.write_text("a: [", encoding="utf-8")
    assert "line 1: is not YAML" in complaint(str(path))
    assert "is neither a file nor a scenario of the library; did you mean 'demo'?" in complaint("demmo")


def test_overrides_reach_defaults_lists_names_and_keys_with_dots(tmp_path: Path) -> None:
    scenario = load_scenario(
        written(tmp_path),
        [
            "traffic.deadline=500ms",
            "traffic.phases[0].open.rate=20/s",
            "traffic.phases.steady.for=3s",
            "traffic.mix.order.place=7",
            "traffic.mix[book.read]=3",
            "target.exchange.queue.length=5",
        ],
        seed=9,
    )
    assert scenario.traffic.deadline_ns == 500_000_000
    steady = scenario.traffic.phases[0]
    assert isinstance(steady, OpenPhase)
    assert steady.open.rate == Rate("20/s", per_s=20.0)
    assert run_length_ns(scenario.traffic) == 3_000_000_000
    assert list((scenario.traffic.mix or {}).values()) == [7, 3]
    assert scenario.target.exchange == {"queue": {"length": 5}}
    assert scenario.seed == 9


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("traffic.dedline=1s", "--set: traffic.dedline: is not a setting; did you mean 'deadline'?"),
        ("traffic.phases[4].for=1s", "--set: traffic.phases[4].for: '4' is not an item of the list: there are 0 to 0"),
        ("name.first=x", "--set: name.first: 'minimal' has no parts"),
        ("traffic.deadline", "--set: traffic.deadline: must be KEY=VALUE"),
    ],
)
def test_an_override_of_what_there_is_not_is_refused(tmp_path: Path, override: str, told: str) -> None:
    assert told in complaint(written(tmp_path), override)


def test_the_exchange_checks_its_own_configuration(tmp_path: Path) -> None:
    def refuses(scenario: Scenario) -> Iterable[Problem]:
        yield Problem("target.exchange.queue.length", scenario.target.exchange["queue"], "must be a number")

    path = written(tmp_path, {"target": {"exchange": {"queue": "long"}}})
    with pytest.raises(InvalidScenario, match=r"target\.exchange\.queue\.length: 'long' must be a number"):
        load_scenario(path, check_exchange=refuses)


def test_symbols_have_weights_and_those_of_a_list_the_same(tmp_path: Path) -> None:
    def symbols(override: str) -> dict[str, int]:
        return load_scenario(written(tmp_path), [f"traffic.symbols={override}"]).traffic.symbols

    assert symbols("{BTCUSDT: 9, ETHUSDT: 1}") == {"BTCUSDT": 9, "ETHUSDT": 1}
    assert symbols("[BTCUSDT, ETHUSDT]") == {"BTCUSDT": 1, "ETHUSDT": 1}
    assert symbols("[]") == load_scenario(written(tmp_path)).traffic.symbols == {}


def test_objectives_beside_the_scenario_come_before_those_of_the_library(tmp_path: Path) -> None:
    (tmp_path / "order-entry.yaml").write_text("mine", encoding="utf-8")
    scenario = load_scenario(written(tmp_path, {"objectives": ["order-entry.yaml"]}))
    assert scenario.objective_files == (tmp_path / "order-entry.yaml",)


def test_a_scenario_is_not_its_own_objectives_when_both_have_one_name(tmp_path: Path) -> None:
    mine = Path(written(tmp_path, {"objectives": ["feed.yaml"]})).rename(tmp_path / "feed.yaml")
    assert load_scenario(str(mine)).objective_files == (OBJECTIVES_LIBRARY / "feed.yaml",)


@given(duration_ns=st.integers(1, 10**7).map(lambda number: number * 1000))
def test_a_duration_survives_writing_and_reading(duration_ns: int) -> None:
    assert parse_duration_ns(format_duration(duration_ns)) == duration_ns


@pytest.mark.parametrize(
    ("text", "duration_ns"),
    [("250us", 250_000), ("1.5ms", 1_500_000), ("20s", 20_000_000_000), ("2m", 120_000_000_000)],
)
def test_durations_are_read_with_their_units(text: str, duration_ns: int) -> None:
    assert parse_duration_ns(text) == duration_ns


@pytest.mark.parametrize("text", ["5", "s", "0s", "-1s", "1h", "", 5, None, "1 000ms"])
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"duration|longer"):
        parse_duration_ns(text)


def test_rates_are_absolute_or_a_share_of_capacity() -> None:
    assert Rate.parse("12.5/s").resolved(capacity_per_s=1000) == 12.5
    assert Rate.parse("140% of capacity").resolved(capacity_per_s=500) == pytest.approx(700)


def test_moments_are_counted_from_the_run_or_from_a_phase() -> None:
    assert Moment.parse("30s") == Moment("30s", None, 30_000_000_000)
    assert Moment.parse("steady") == Moment("steady", "steady", 0)
    assert Moment.parse("warm-up + 500ms") == Moment("warm-up + 500ms", "warm-up", 500_000_000)


@given(
    document=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["name", "traffic", "mix", "phases", "for", "open", "rate", "closed", "users", "faults", "at"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_the_file_holds_the_answer_is_a_scenario_or_its_problems(
    tmp_path_factory: pytest.TempPathFactory, document: JsonValue
) -> None:
    path = tmp_path_factory.mktemp("any") / "s.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(InvalidScenario):
        load_scenario(str(path))
