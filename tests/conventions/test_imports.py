"""The import table of the architecture, held by import-linter."""

import tomllib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from tests.conventions.sources import PACKAGES, ROOT

ALLOWED_TO_IMPORT = {
    "mock_exchange": set(),
    "slo": set(),
    "chaos": {"slo"},
    "scenarios": {"chaos", "slo"},
    "brownout": {"chaos", "mock_exchange", "scenarios", "slo"},
}


def test_the_code_keeps_the_import_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT))
    failed = lint_imports(no_cache=True)
    assert failed == 0, capsys.readouterr().out


def test_the_linter_forbids_everything_that_the_table_does_not_allow() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    for package in PACKAGES:
        contracts = [contract for contract in settings["contracts"] if package in contract["source_modules"]]
        forbidden = {module.partition(".")[0] for contract in contracts for module in contract["forbidden_modules"]}
        assert set(PACKAGES) - ALLOWED_TO_IMPORT[package] - {package} <= forbidden, package


def test_the_linter_notices_a_forbidden_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for package, text in {"weather_of_a_test": "import road_of_a_test\n", "road_of_a_test": ""}.items():
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(text)
    config = tmp_path / ".importlinter"
    config.write_text(
        "[importlinter]\nroot_packages =\n    weather_of_a_test\n    road_of_a_test\n"
        "[importlinter:contract:1]\nname = apart\ntype = forbidden\n"
        "source_modules = weather_of_a_test\nforbidden_modules = road_of_a_test\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert lint_imports(config_filename=str(config), no_cache=True) != 0
    assert "weather_of_a_test" in capsys.readouterr().out
