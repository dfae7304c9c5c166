"""Shapes in scenario files: as a name or with parameters, right or told what is wrong, and carried to the generator."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from pydantic import JsonValue

from scenarios.model import OpenPhase, load_scenario
from scenarios.model.schema import scenario_schema
from scenarios.plan import ApiKey, GeneratorPlan, PlannedOpen, generator_plan, plan
from scenarios.traffic.arrivals import Poisson, due_times
from slo.history import RunFolder
from slo.report.sections.run import load_of
from tests.scenarios.test_scenario_files import MINIMAL, complaint, written
from tests.scenarios.traffic.drawing import EXAMPLES, S, shaped

PLACE = "traffic.phases[0].open.arrivals"
KINDS = "constant, poisson, ramp, step, burst, modulated, hawkes, replay"


def scenario_with(arrivals: JsonValue, folder: Path, rate: str = "10/s") -> str:
    phase = {"name": "steady", "for": "2s", "open": {"rate": rate, "arrivals": arrivals}}
    return written(folder, {"traffic": {**MINIMAL["traffic"], "phases": [phase]}})


def planned(arrivals: JsonValue, folder: Path, rate: str = "10/s") -> PlannedOpen:
    """As the generator reads it from what it is told."""
    told = generator_plan(
        plan(load_scenario(scenario_with(arrivals, folder, rate))),
        base_url="http://127.0.0.1:1",
        venue="mock",
        keys=[ApiKey(key="k", secret="s")],
        folder=RunFolder(Path("run")),
        run_token="t",
    )
    (phase,) = GeneratorPlan.model_validate_json(told.model_dump_json()).phases
    assert isinstance(phase, PlannedOpen)
    return phase


def test_arrivals_are_poisson_unless_a_scenario_says_otherwise(tmp_path: Path) -> None:
    (phase,) = load_scenario(written(tmp_path)).traffic.phases
    assert isinstance(phase, OpenPhase)
    assert phase.open.arrivals == Poisson()


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_generator_draws_what_the_scenario_says(tmp_path: Path, name: str) -> None:
    read = planned(EXAMPLES[name], tmp_path).arrivals
    assert read == shaped(EXAMPLES[name])
    times = list(due_times(read, 500, 0, 2 * S, seed=3, name="steady"))
    assert times == list(due_times(shaped(EXAMPLES[name]), 500, 0, 2 * S, seed=3, name="steady"))


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_editors_are_told_of_every_shape(name: str) -> None:
    load = Draft202012Validator({"$defs": json.loads(scenario_schema())["$defs"], "$ref": "#/$defs/OpenLoad"})
    assert load.is_valid({"rate": "60% of capacity", "arrivals": EXAMPLES[name]})
    assert not load.is_valid({"rate": "10/s", "arrivals": {"shape": name, "pace": 1}})


@pytest.mark.parametrize(
    ("arrivals", "problem"),
    [
        ("normal", f"{PLACE}: 'normal' is no shape of arrivals; there are {KINDS}"),
        ({"shape": "normal"}, f"{PLACE}.shape: 'normal' is no shape of arrivals; there are {KINDS}"),
        (3, f"{PLACE}: 3 must be the name of a shape, or a mapping with shape and its parameters"),
        ("hawkes", f"{PLACE}.branching: must be given"),
        ({"shape": "poisson", "pace": 1}, f"{PLACE}.pace: is not a setting; there are shape"),
        ({"shape": "hawkes", "branching": 1, "decay": "1s"}, f"{PLACE}.branching: 1 must be less than 1"),
        ({"shape": "hawkes", "branching": 0.5, "decay": 500}, f"{PLACE}.decay: 500 is not a duration"),
        ({"shape": "hawkes", "branchin": 0.5, "decay": "1s"}, f"{PLACE}.branchin: is not a setting; did you mean 'bra"),
        ({"shape": "ramp", "from": -1, "to": 3}, f"{PLACE}.from: -1 must be at least 0"),
        ({"shape": "ramp", "from": 0, "to": 0}, f"{PLACE}.to: 0.0 must be above 0 where from is 0"),
        ({"shape": "step", "levels": [0, 0]}, f"{PLACE}.levels: [0.0, 0.0] must have one above 0"),
        ({"shape": "step", "levels": [1, 2], "at": ["1s", "2s"]}, f"{PLACE}.at: ['1s', '2s'] must be 1, when each"),
        ({"shape": "step", "levels": [1, 2, 1], "at": ["1s", "1s"]}, f"{PLACE}.at: ['1s', '1s'] must each come after"),
        ({"shape": "step", "levels": [1, 2], "at": ["2s"]}, f"{PLACE}.at: '2s' lies beyond the end of the phase"),
        ({"shape": "burst", "height": 1, "length": "1s", "every": "2s"}, f"{PLACE}.height: 1 must be greater than 1"),
        ({"shape": "burst", "height": 2, "length": "2s", "every": "2s"}, f"{PLACE}.length: '2s' must be shorter than"),
        ({"shape": "burst", "height": 2, "length": "1s", "every": "3s"}, f"{PLACE}.every: '3s' must not exceed the ph"),
        ({"shape": "modulated", "levels": [1, 2], "sojourns": ["1s"]}, f"{PLACE}.sojourns: "),
        (
            {"shape": "modulated", "levels": [1, 2], "sojourns": ["1s", "10us"]},
            f"{PLACE}.sojourns: ['1s', '10us'] must be at least 1ms each",
        ),
        (
            {"shape": "replay", "profile": "x.csv"},
            f"{PLACE}.profile: 'x.csv' is neither a file beside the scenario nor",
        ),
        (
            {"shape": "replay", "profile": "crash-2025-10-10", "from": "121m"},
            f"{PLACE}.from: '121m' lies beyond the end",
        ),
        (
            {"shape": "replay", "profile": "crash-2025-10-10", "from": "7199s", "fit": "cut"},
            f"{PLACE}.fit: 'cut' needs as much of the profile as the phase lasts, 2s, and there is 1s left of it",
        ),
        (
            {"shape": "replay", "profile": "crash-2025-10-10", "to": "3s", "fit": "cut"},
            f"{PLACE}.to: '3s' cannot be given where the fit is cut",
        ),
    ],
)
def test_what_is_wrong_is_told_by_its_place_and_rule(tmp_path: Path, arrivals: JsonValue, problem: str) -> None:
    assert problem in complaint(scenario_with(arrivals, tmp_path))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("time,arrivals\n0,1\n", "has no profile in it: the first line that is no remark must be second,arrivals"),
        ("second,arrivals\n0,1\n0,2\n", "has in line 3 a second that does not come after the one before it: 0"),
        ("# mine\nsecond,arrivals\n0,1.5\n", "has in line 3 no row of second,arrivals, two whole numbers: '0,1.5'"),
        ("second,arrivals\n0,0\n", "has no arrivals in it"),
        ("second,arrivals\n0,1\n700000,1\n", "lasts longer in line 3 than a profile may, 604800 seconds"),
    ],
)
def test_what_is_wrong_with_a_profile_is_told_by_its_line(tmp_path: Path, text: str, rule: str) -> None:
    (tmp_path / "own.csv").write_text(text, encoding="utf-8")
    problem = complaint(scenario_with({"shape": "replay", "profile": "own.csv"}, tmp_path))
    assert f"{PLACE}.profile: 'own.csv' {rule}" in problem


def test_a_profile_of_ones_own_reaches_the_generator_with_its_numbers(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("second,arrivals\n0,1\n1,3\n", encoding="utf-8")
    read = planned({"shape": "replay", "profile": "own.csv"}, tmp_path).arrivals
    (tmp_path / "own.csv").unlink()
    times = list(due_times(read, 10, 0, 2 * S, seed=1, name="steady"))
    assert sum(each < S for each in times) == 5
    assert len(times) == 20


def test_reports_tell_the_shape_beside_the_rate(tmp_path: Path) -> None:
    arrivals: JsonValue = {"shape": "hawkes", "branching": 0.8, "decay": "500ms"}
    assert load_of(planned(arrivals, tmp_path, "200/s").record()) == "200/s, hawkes (branching 0.8, decay 500ms)"
    assert load_of(planned("poisson", tmp_path, "200/s").record()) == "200/s, poisson"
    record = planned({"shape": "replay", "profile": "crash-2025-10-10"}, tmp_path, "200/s").record()
    assert load_of(record) == "200/s, replay (profile crash-2025-10-10, fit stretch, spacing even)"
    assert "TheGlory" in str(record.arrivals["source"])
