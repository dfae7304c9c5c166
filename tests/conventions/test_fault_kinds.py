"""A fault kind is one file in the folder of its seam, with one test of its own."""

import ast
from collections.abc import Mapping

import pytest

from chaos.incidents import INCIDENTS
from chaos.kinds import KINDS, Fault
from tests.conventions.sources import ROOT, modules, tree

KINDS_FOLDER = ROOT / "chaos" / "kinds"
TESTS = (ROOT / "tests" / "chaos", ROOT / "tests" / "mock_exchange" / "faults")
KINDS_BY_NAME: Mapping[str, type[Fault]] = KINDS


def file_name(kind: str) -> str:
    return kind.replace("-", "_").replace(".", "_")


@pytest.mark.parametrize("kind", sorted(KINDS_BY_NAME))
def test_a_kind_lives_in_the_file_of_its_name(kind: str) -> None:
    assert KINDS_BY_NAME[kind].__module__ == f"chaos.kinds.{KINDS_BY_NAME[kind].seam}.{file_name(kind)}"


@pytest.mark.parametrize("kind", sorted(KINDS_BY_NAME))
def test_a_kind_has_a_test_of_its_own(kind: str) -> None:
    tests = {path.name for path in modules("tests") if not set(TESTS).isdisjoint(path.parents)}
    assert f"test_{file_name(kind)}.py" in tests


def names_a_kind(module: ast.Module) -> bool:
    """The module has a class that says which kind it is: ``kind: ClassVar[str] = "..."``."""
    return any(
        isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and node.target.id == "kind"
        and node.value
        for node in ast.walk(module)
    )


def test_every_file_that_names_a_kind_is_in_the_table() -> None:
    files = {path.stem for path in modules("chaos") if KINDS_FOLDER in path.parents and names_a_kind(tree(path))}
    assert files == {file_name(kind) for kind in KINDS_BY_NAME}


@pytest.mark.parametrize("number", sorted(INCIDENTS))
def test_every_incident_can_be_brought_about(number: str) -> None:
    assert [name for name, kind in KINDS_BY_NAME.items() if number in kind.incidents]
