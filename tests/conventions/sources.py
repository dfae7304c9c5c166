"""The tree as the conventions see it: which files there are, and the functions and modules in them."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("brownout", "chaos", "mock_exchange", "scenarios", "slo")

type_of_function = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Function:
    """A function and the lines that it takes, decorators and docstring not counted."""

    where: str
    lines: int


@cache
def files_of_ours() -> tuple[Path, ...]:
    """Every file that is tracked or about to be; what ``.gitignore`` names is not ours."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in listing.stdout.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def relative(path: Path) -> str:
    """The path as a person would type it from the root."""
    return path.relative_to(ROOT).as_posix()


@cache
def modules(*folders: str) -> tuple[Path, ...]:
    """Python files below the named top folders."""
    python = (path for path in files_of_ours() if path.suffix == ".py")
    return tuple(path for path in python if path.relative_to(ROOT).parts[0] in folders)


@cache
def tree(path: Path) -> ast.Module:
    """The file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from ``def`` to the end, without the docstring: explaining more must not count against a function."""
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is None:
        return whole
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1)


def functions(*folders: str) -> Iterator[Function]:
    """Every function and method below the named top folders."""
    for path in modules(*folders):
        for node in ast.walk(tree(path)):
            if isinstance(node, type_of_function):
                yield Function(f"{relative(path)}:{node.lineno} {node.name}", lines_of(node))
