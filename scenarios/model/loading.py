"""From a name or a path to a scenario that is right as a whole, or to all that is wrong with it at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial, reduce
from pathlib import Path

from pydantic import JsonValue, ValidationError

import slo
from scenarios.errors import ABSENT, InvalidScenario, Problem
from scenarios.model.document import Unreadable, read_yaml, with_override
from scenarios.model.problems import problems_of, suggestion
from scenarios.model.profiles import find_profile
from scenarios.model.rules import broken_rules
from scenarios.model.scenario import SEED_MIN, Scenario
from scenarios.traffic.arrivals import PROFILES

LIBRARY = Path(__file__).parent.parent / "library"
OBJECTIVES_LIBRARY = Path(slo.__file__).parent / "library"

ExchangeCheck = Callable[[Mapping[str, JsonValue]], Iterable[Problem]]
"""Checks the configuration of our exchange, which this package must not know: problems with paths inside of it."""


def load_scenario(
    name_or_path: str,
    overrides: Sequence[str] = (),
    seed: int | None = None,
    check_exchange: ExchangeCheck | None = None,
) -> Scenario:
    """The scenario of this name in the library, or in the file at this path, with ``KEY=VALUE`` overrides applied.

    Raises InvalidScenario with every problem found.
    """
    path = find_scenario(name_or_path)
    written = _read(path)
    if seed is not None and seed < SEED_MIN:
        raise InvalidScenario("--seed", [Problem("", seed, f"must be at least {SEED_MIN}")])
    try:
        document = reduce(with_override, overrides, written)
    except Unreadable as error:
        raise InvalidScenario("--set", [error.problem]) from error
    try:
        return _checked(path, document if seed is None else _with_seed(document, seed), check_exchange)
    except InvalidScenario as error:
        if not overrides:
            raise
        raise _blaming_overrides(error, _problems(path, written, check_exchange)) from error


def _read(path: Path) -> JsonValue:
    try:
        document = read_yaml(path.read_text(encoding="utf-8"))
    except (Unreadable, OSError, UnicodeDecodeError) as error:
        problem = error.problem if isinstance(error, Unreadable) else Problem("", ABSENT, f"cannot be read: {error}")
        raise InvalidScenario(path, [problem]) from error
    if document is None:
        raise InvalidScenario(path, [Problem("", ABSENT, "is empty: a scenario has name, target and traffic")])
    return document


def _problems(path: Path, document: JsonValue, check_exchange: ExchangeCheck | None) -> Sequence[Problem]:
    try:
        _checked(path, document, check_exchange)
    except InvalidScenario as error:
        return error.problems
    return ()


def _blaming_overrides(found: InvalidScenario, of_the_file: Sequence[Problem]) -> InvalidScenario:
    """The same problems, where those that the file does not have by itself are told as the overrides' own."""
    known = {str(problem) for problem in of_the_file}
    if not any(str(problem) in known for problem in found.problems):
        return InvalidScenario("--set", found.problems)
    told = [
        problem if str(problem) in known else Problem(f"--set: {problem.path}", problem.value, problem.rule)
        for problem in found.problems
    ]
    return InvalidScenario(found.file, told)


def find_scenario(name_or_path: str) -> Path:
    """Raises InvalidScenario where there is no such file and no such name."""
    named = LIBRARY / f"{name_or_path}.yaml"
    if "/" not in name_or_path and named.is_file():
        return named
    path = Path(name_or_path)
    if path.is_file():
        return path
    known = scenario_names()
    hint = suggestion(name_or_path, known) or f"; there are {', '.join(known)}"
    raise InvalidScenario(name_or_path, [Problem("", ABSENT, f"is neither a file nor a scenario of the library{hint}")])


def named_url(name_or_path: str) -> str | None:
    """``target.url`` as the file itself has it, whatever overrides say. Raises InvalidScenario for one without YAML."""
    document = _read(find_scenario(name_or_path))
    target = document.get("target") if isinstance(document, dict) else None
    url = target.get("url") if isinstance(target, dict) else None
    return url if isinstance(url, str) else None


def scenario_names() -> list[str]:
    """What the library has."""
    return sorted(path.stem for path in LIBRARY.glob("*.yaml"))


def _with_seed(document: JsonValue, seed: int) -> JsonValue:
    return {**document, "seed": seed} if isinstance(document, dict) else document


def _validated(path: Path, document: JsonValue) -> Scenario:
    if not isinstance(document, dict):
        raise InvalidScenario(path, [Problem("", document, "must be a mapping with name, target and traffic")])
    try:
        return Scenario.model_validate(document, context={PROFILES: partial(find_profile, path.parent)})
    except ValidationError as error:
        raise InvalidScenario(path, problems_of(Scenario, error)) from error


def _checked(path: Path, document: JsonValue, check_exchange: ExchangeCheck | None) -> Scenario:
    scenario = _validated(path, document)
    problems = broken_rules(scenario)
    files, missing = _find_objectives(path, scenario.objectives)
    problems += missing
    if check_exchange is not None and scenario.target.kind != "url":
        problems += [
            Problem(f"target.exchange.{found.path}".rstrip("."), found.value, found.rule)
            for found in check_exchange(scenario.target.exchange)
        ]
    if problems:
        raise InvalidScenario(path, problems)
    return scenario.with_objective_files(tuple(files))


def _find_objectives(scenario_path: Path, names: Sequence[str]) -> tuple[list[Path], list[Problem]]:
    """Each beside the scenario, whose own file is none, or else in the library of objectives."""
    files: list[Path] = []
    problems: list[Problem] = []
    for place, name in enumerate(names):
        places = (scenario_path.parent / name, OBJECTIVES_LIBRARY / name)
        found = [file for file in places if file.is_file() and not file.samefile(scenario_path)]
        if found:
            files.append(found[0])
        else:
            known = sorted(path.name for path in OBJECTIVES_LIBRARY.glob("*.yaml"))
            rule = f"is neither beside the scenario nor in the library of objectives{suggestion(name, known)}"
            problems.append(Problem(f"objectives[{place}]", name, rule))
    return files, problems
