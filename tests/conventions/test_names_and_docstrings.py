"""A name says what a thing is about; a docstring says what the name cannot."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conventions.sources import PACKAGES, ROOT, modules, relative, tree, type_of_function

SAYS_NOTHING = frozenset({"base", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"})


def public_classes(module: ast.Module) -> Iterator[ast.ClassDef]:
    """Those at the top of the module whose names do not start with an underscore."""
    for node in module.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node


def behaves(node: ast.ClassDef) -> bool:
    """The class has a public method; one that only lists fields or members is explained by their names."""
    return any(isinstance(each, type_of_function) and not each.name.startswith("_") for each in node.body)


def classes_without_explanation(module: ast.Module) -> list[ast.ClassDef]:
    """Public classes that behave, without a docstring; the module's is enough for one that is alone in it."""
    public = list(public_classes(module))
    if len(public) == 1:
        return []
    return [node for node in public if behaves(node) and not ast.get_docstring(node)]


def test_no_module_or_folder_has_a_name_that_says_nothing() -> None:
    parts = {
        part
        for path in modules(*PACKAGES, "benchmarks", "tests")
        for part in Path(relative(path)).with_suffix("").parts
    }
    assert parts & SAYS_NOTHING == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_is_typed_for_those_who_import_it(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file()


def test_every_module_says_what_it_is_for() -> None:
    code = (path for path in modules(*PACKAGES, "benchmarks") if path.read_text().strip())
    assert [relative(path) for path in code if not ast.get_docstring(tree(path))] == []


def test_every_public_class_that_behaves_says_what_it_is_for() -> None:
    silent = [
        f"{relative(path)}:{node.lineno} {node.name}"
        for path in modules(*PACKAGES)
        for node in classes_without_explanation(tree(path))
    ]
    assert silent == []


def test_a_class_without_explanation_is_noticed() -> None:
    module = ast.parse("class Fee:\n    rate: int\n\nclass Desk:\n    def serve(self):\n        pass\n")
    assert [node.name for node in classes_without_explanation(module)] == ["Desk"]


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in modules("tests")}
    assert [relative(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []
