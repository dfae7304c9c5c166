"""What is wrong with a scenario is told once, in the words of its file, and as the doing of whoever set it."""

from pathlib import Path

import pytest
import yaml
from pydantic import JsonValue

from brownout.exchange_check import exchange_problems, scenario_problems
from scenarios.errors import InvalidScenario
from scenarios.model import load_scenario
from scenarios.traders import TRADERS
from tests.scenarios.test_scenario_files import MINIMAL, complaint, written

PHASE = "traffic.phases[0]"
ONE = "{name: p, for: 1s, open: {rate: 1/s}}"
OR_TRADERS = ", unless traders are: one of both says what is asked for"


def told(path: str, *overrides: str) -> str:
    """The problems without the file's name."""
    return complaint(path, *overrides).removeprefix(f"{path}: ").removeprefix("--set: ")


def test_a_fault_on_what_is_never_sent_is_refused(tmp_path: Path) -> None:
    faults = [{"at": "1s", "for": "1s", "kind": "latency", "on": {"op": "book.read"}, "with": {"latency_ms": 5}}]
    path = written(tmp_path, {"faults": faults})
    rule = "is not in traffic.mix, so the fault could touch nothing; there are order.place"
    assert told(path) == f"faults[0].on.op: 'book.read' {rule}"
    assert load_scenario(path, ["traffic.mix[book.read]=1"]).faults


def test_a_fault_on_what_no_trader_asks_for_is_refused(tmp_path: Path) -> None:
    faults = [{"at": "100ms", "for": "100ms", "kind": "latency", "on": {"op": "book.read"}, "with": {"latency_ms": 5}}]
    path = written(tmp_path, {"faults": faults})
    assert load_scenario(path, [f"traffic={{traders: {{reader: 1}}, phases: [{ONE}]}}"]).faults
    rule = "is not in what traffic.traders ask for, so the fault could touch nothing; there are order.place"
    assert f"faults[0].on.op: 'book.read' {rule}" in told(path, f"traffic={{traders: {{taker: 1}}, phases: [{ONE}]}}")


def test_that_nothing_stops_a_run_has_to_be_written(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    without = {name: value for name, value in MINIMAL.items() if name != "stop_when"}
    path.write_text(yaml.safe_dump(without), encoding="utf-8")
    assert told(str(path)).startswith("stop_when: must be given: {burn_rate: 50, over: 5s} ends a run")


def test_a_seed_is_at_least_0_wherever_it_is_given(tmp_path: Path) -> None:
    assert told(written(tmp_path, {"seed": -1})) == "seed: -1 must be at least 0"
    with pytest.raises(InvalidScenario, match=r"^--seed: -1 must be at least 0$"):
        load_scenario(written(tmp_path), seed=-1)


def test_a_slip_of_the_pen_is_one_problem_though_what_was_meant_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("name: x\ntrafic: {}\nstop_when: never\n", encoding="utf-8")
    assert told(str(path)) == "trafic: is not a setting; did you mean 'traffic'?"


@pytest.mark.parametrize(
    ("override", "problem"),
    [
        (f"{PHASE}.closed={{users: [1]}}", f"{PHASE}: must be either open with for, or closed with each"),
        (f"{PHASE}.each=1s", f"{PHASE}: must be either open with for, or closed with each"),
        (
            f"{PHASE}={{name: p, each: 1s, closed: {{users: []}}}}",
            f"{PHASE}.closed.users: [] must name at least one number of users",
        ),
        ("traffic.phases=[]", "traffic.phases: [] must name at least one phase"),
        (
            "traffic=x",
            "traffic: 'x' must be a mapping of traders, mix, symbols, phases, deadline, timeout, in_flight_max, "
            "connections_max, retries, feeds, hedge_reads_after, ccxt, traces",
        ),
        ("traffic.mix=x", "traffic.mix: 'x' must be a mapping"),
        ("traffic.mix=null", f"traffic.mix: must be given{OR_TRADERS}"),
        (
            "traffic.traders={taker: 1}",
            "traffic.mix: {'order.place': 1} cannot be given with traders, "
            "which decide by themselves what they ask for",
        ),
        (f"traffic={{mix: null, traders: {{}}, phases: [{ONE}]}}", "traffic.traders: {} must name at least one kind"),
        (
            f"traffic={{traders: {{taker: 0}}, phases: [{ONE}]}}",
            "traffic.traders.taker: 0 must be at least 1",
        ),
        (
            f"traffic={{traders: {{whale: 1}}, phases: [{ONE}]}}",
            f"traffic.traders.whale: 'whale' is no kind of trader; there are {', '.join(TRADERS)}",
        ),
        (f"traffic={{phases: [{ONE}]}}", f"traffic.mix: must be given{OR_TRADERS}"),
        (
            f"traffic={{trader: {{taker: 1}}, phases: [{ONE}]}}",
            "traffic.trader: is not a setting; did you mean 'traders'?",
        ),
        ("traffic.symbols=BTCUSDT", "traffic.symbols: 'BTCUSDT' must be a mapping"),
        ("traffic.symbols={BTCUSDT: 0}", "traffic.symbols.BTCUSDT: 0 must be at least 1"),
        ("traffic.symbols={BTCUSDT: 1.5}", "traffic.symbols.BTCUSDT: 1.5 must be a whole number"),
        (
            "traffic.retries={policy: naive, base: 100ms}",
            "traffic.retries.base: '100ms' cannot be given where the policy is naive",
        ),
        (
            "traffic.retries={policy: exponential, budget: 0.2}",
            "traffic.retries.budget: 0.2 cannot be given where the policy is exponential",
        ),
    ],
)
def test_a_wrong_shape_is_told_in_the_words_of_the_file(tmp_path: Path, override: str, problem: str) -> None:
    assert told(written(tmp_path), override) == problem


def test_a_file_that_is_empty_or_nested_without_end_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("# nothing yet\n", encoding="utf-8")
    assert told(str(path)) == "is empty: a scenario has name, target and traffic"
    path.write_text("[" * 5000, encoding="utf-8")
    assert told(str(path)) == "is nested too deeply"


@pytest.mark.parametrize(
    ("override", "problem"),
    [
        ("traffic.deadlin=1s", "traffic.deadlin: is not a setting; did you mean 'deadline'?"),
        (
            "traffic.timeout=500ms",
            "traffic.deadline: '1s' must not exceed the timeout, 500ms: no answer comes after that",
        ),
        ("traffic..deadline=1s", "traffic..deadline: is no path of names: write it as traffic.phases[2].for"),
        ("a" + ".a" * 5000 + "=1", "a: is nested too deeply: nothing lies more than 32 deep"),
        ("traffic[]=1s", "traffic[]: is no path of names: write it as traffic.phases[2].for"),
    ],
)
def test_what_an_override_broke_is_not_blamed_on_the_file(tmp_path: Path, override: str, problem: str) -> None:
    assert complaint(written(tmp_path), override) == f"--set: {problem}"


def test_an_override_that_is_not_yaml_is_told_by_its_key(tmp_path: Path) -> None:
    assert complaint(written(tmp_path), "seed=1", "target.exchange={").startswith(
        "--set: target.exchange: is not YAML:"
    )


def test_of_a_wrong_file_and_a_wrong_override_each_has_its_own(tmp_path: Path) -> None:
    lines = complaint(written(tmp_path, {"seed": -1}), "traffic.deadlin=1s").splitlines()
    assert "  seed: -1 must be at least 0" in lines
    assert "  --set: traffic.deadlin: is not a setting; did you mean 'deadline'?" in lines


@pytest.mark.parametrize(
    ("service_time", "problem"),
    [
        ({"distribution": "exponential", "mean": "1ms", "meen": 1}, "meen: is not a setting; did you mean 'mean'?"),
        ({"distribution": "constant", "men": "1ms"}, "men: is not a setting; did you mean 'mean'?"),
        (
            {"distribution": "exponential", "mean": "1ms", "sigma": 1},
            "sigma: is not a setting; there are distribution, mean",
        ),
        ({"distribution": "constant"}, "mean: must be given"),
        ({"mean": "1ms"}, "distribution: must be given"),
        (
            {"distribution": "exp"},
            "distribution: 'exp' is no distribution; there are constant, exponential, lognormal, recorded",
        ),
    ],
)
def test_a_setting_of_the_exchange_is_told_by_its_path_in_the_file(
    service_time: dict[str, str | int], problem: str
) -> None:
    assert [str(each) for each in exchange_problems({"service_time": {**service_time}})] == [f"service_time.{problem}"]


def test_a_symbol_that_our_exchange_does_not_list_is_refused(tmp_path: Path) -> None:
    def problems(*overrides: str) -> list[str]:
        return [str(each) for each in scenario_problems(load_scenario(written(tmp_path), overrides))]

    assert problems("traffic.symbols={BTCUSDT: 9, ETHUSD: 1}") == [
        "traffic.symbols: 'ETHUSD' is not a symbol of the exchange; did you mean 'ETHUSDT'?"
    ]
    assert problems("traffic.symbols=[ETHUSDT]", "target.exchange.symbols=[BTCUSDT]") == [
        "traffic.symbols: 'ETHUSDT' is not a symbol of the exchange; did you mean 'BTCUSDT'?"
    ]
    assert problems("traffic.symbols=[ETHUSDT]", "target.exchange.symbols=[BTCUSDT, ETHUSDT]") == []
    (wrong,) = problems("traffic.symbols=[NOPE]", "target.exchange.symbols=[NOPE]")
    assert wrong.startswith("target.exchange.symbols[0]: ")


def test_of_the_ways_to_write_a_symbol_only_the_one_that_was_tried_is_told() -> None:
    (named,) = exchange_problems({"symbols": ["NOPE"]})
    assert named.path == "symbols[0]"
    described = exchange_problems({"symbols": [{"name": "A", "base": "B", "quote": "C"}]})
    assert {problem.rule for problem in described} == {"must be given"}


def test_the_secrets_of_a_wrong_exchange_are_not_told() -> None:
    account: dict[str, JsonValue] = {"key": "one", "secret": "hidden"}
    (problem,) = exchange_problems({"accounts": [account, account]})
    assert "hidden" not in str(problem)
