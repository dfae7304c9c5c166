"""The description of the API is the one that the routes give, and it describes everything."""

import ast
import json

from mock_exchange.gateway.routes import ROUTES
from mock_exchange.openapi.description import REQUIRED, description, written
from mock_exchange.openapi.parameters import schema_of
from tests.conventions.sources import ROOT

PUBLISHED = ROOT / "docs" / "openapi.json"
REFUSING = [path for part in ("http", "gateway") for path in (ROOT / "mock_exchange" / part).glob("*.py")]


def test_the_published_description_is_that_of_the_routes() -> None:
    way_out = "python -m mock_exchange.openapi > docs/openapi.json"
    assert PUBLISHED.read_text(encoding="utf-8") == written(description(ROUTES)), way_out


def test_every_route_is_an_operation() -> None:
    paths = json.loads(PUBLISHED.read_text(encoding="utf-8"))["paths"]
    operations = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert operations == {line.decode() for line in ROUTES}


def test_every_parameter_has_a_schema_of_its_own() -> None:
    names = {name for route in ROUTES.values() for name in route.known}
    assert [name for name in sorted(names) if not schema_of(name)] == []


def test_what_is_required_is_known() -> None:
    known = {line.decode(): route.known for line, route in ROUTES.items()}
    assert {line: set(names) - known[line] for line, names in REQUIRED.items() if line in known} == {
        line: set() for line in REQUIRED if line in known
    }


def test_every_refusal_in_the_code_is_described() -> None:
    """Statuses that calls or their transport answer with; 500 is a fault of ours, which nobody is promised."""
    described = json.loads(PUBLISHED.read_text(encoding="utf-8"))["components"]["responses"]
    refusals = {status for path in REFUSING for status in statuses_in(path.read_text(encoding="utf-8"))} - {500}
    assert {414, 431, 413, 408, 405, 406, 410} <= refusals
    assert refusals - {int(status) for status in described} == set()


def statuses_in(source: str) -> set[int]:
    """What is given to whatever refuses or raises, where it is written as a number."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    names = {
        call: call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "") for call in calls
    }
    numbers = [
        each.value
        for call in calls
        if names[call] in ("Refused", "VenueError", "_refuse")
        for each in call.args
        if isinstance(each, ast.Constant) and isinstance(each.value, int)
    ]
    return {number for number in numbers if 400 <= number < 600}
