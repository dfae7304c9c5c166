"""What is published must work anywhere: no path of one machine, no host of one network, nothing left of a merge."""

import re
from pathlib import Path

import pytest

from tests.conventions.sources import ROOT, files_of_ours, relative

HOME_PATH = re.compile(r"(?<![\w.~-])/(?:root|home/[a-z]\w*|Users/[A-Za-z]\w*)/[\w.]")
REGISTRY = re.compile(r"--(?:extra-)?index-url|--find-links|--trusted-host|pythonhosted\.org|/simple/?(?=[\s'\"]|$)")
MERGE = re.compile(r"^(?:<{7}|>{7}) \S")
UNFIT = {"a home directory": HOME_PATH, "a package registry": REGISTRY, "a merge's marker": MERGE}
HERE = Path(__file__)


def text_files() -> list[Path]:
    """Every file of ours that is text, this one excepted: it must name what it looks for."""
    return [path for path in files_of_ours() if path != HERE and b"\0" not in path.read_bytes()[:8192]]


@pytest.mark.parametrize("what", UNFIT)
def test_no_file_names(what: str) -> None:
    pattern = UNFIT[what]
    found = [
        f"{relative(path)}:{number} {line.strip()[:80]}"
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a home directory", "source: /home/ada/brownout/exchange.yaml"),
        ("a home directory", 'ROOT = "/root/brownout"'),
        ("a package registry", "--index-url=https://registry.example/simple"),
        ("a package registry", "polars @ https://files.pythonhosted.org/polars.whl"),
        ("a merge's marker", "<<<<<<< HEAD"),
        ("a merge's marker", ">>>>>>> workers"),
    ],
)
def test_the_patterns_find(what: str, line: str) -> None:
    assert UNFIT[what].search(line)


def test_every_pin_is_a_name_and_a_version() -> None:
    pins = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []


def test_every_text_file_ends_with_a_newline() -> None:
    files = [path for path in text_files() if path.stat().st_size]
    assert [relative(path) for path in files if not path.read_bytes().endswith(b"\n")] == []
