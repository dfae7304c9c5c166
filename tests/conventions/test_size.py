"""Functions fit one look; files have one subject."""

import ast
from statistics import median

from tests.conventions.sources import PACKAGES, functions, lines_of, modules, relative

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 60
FUNCTION_LINES_MEDIAN_BELOW = 12


def test_no_file_of_the_code_is_longer_than_three_hundred_lines() -> None:
    lengths = {relative(path): len(path.read_text().splitlines()) for path in modules(*PACKAGES, "benchmarks")}
    assert {path: lines for path, lines in lengths.items() if lines > FILE_LINES_MAX} == {}


def test_no_function_is_longer_than_sixty_lines() -> None:
    every = functions(*PACKAGES, "benchmarks", "tests")
    assert [function for function in every if function.lines > FUNCTION_LINES_MAX] == []


def test_half_of_the_functions_are_shorter_than_a_dozen_lines() -> None:
    assert median(function.lines for function in functions(*PACKAGES)) < FUNCTION_LINES_MEDIAN_BELOW


def test_a_docstring_does_not_count_against_its_function() -> None:
    terse, explained = ast.parse(
        'def a():\n    return 1\n\ndef b():\n    """Why.\n\n    And how.\n    """\n    return 1\n'
    ).body
    assert isinstance(terse, ast.FunctionDef)
    assert isinstance(explained, ast.FunctionDef)
    assert lines_of(terse) == lines_of(explained) == 2
