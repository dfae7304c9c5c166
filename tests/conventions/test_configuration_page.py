"""docs/configuration.md has every key of the configuration with its default, and an example that can be used."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest
import yaml
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from mock_exchange.config import (
    AccountConfig,
    ConstantTime,
    ExchangeConfig,
    ExponentialTime,
    LognormalTime,
    RecordedTime,
    SymbolConfig,
)
from mock_exchange.config_file import load_config
from tests.conventions.sources import ROOT

PAGE: Final = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
DEFAULTS: Final[Mapping[str, object]] = ExchangeConfig().model_dump(mode="json")
SECTIONS: Final = {name: each for name, each in DEFAULTS.items() if isinstance(each, dict)}
SHAPES: Final[Mapping[str, tuple[type[BaseModel], ...]]] = {
    "accounts": (AccountConfig,),
    "symbols": (SymbolConfig,),
    "service_time": (ConstantTime, ExponentialTime, LognormalTime, RecordedTime),
}
"""What is not there by default: the shapes that it can have."""


def rows(heading: str) -> dict[str, str]:
    """Key and default of every row below a heading."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    cells = (re.split(r" *\| *", line.strip("| ")) for line in section.splitlines() if line.startswith("| `"))
    return {key.strip("`"): default for key, _, default, *_ in cells}


def keys(section: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """With those of the sections in it, such as ``ban.after``."""
    for name, default in section.items():
        if isinstance(default, dict) and default:
            yield from keys(default, f"{before}{name}.")
        else:
            yield before + name, default


def written(default: object) -> str:
    """As the page has it: YAML on one line."""
    if default is PydanticUndefined:
        return "needed"
    if default is None:
        return "not set"
    text = default if isinstance(default, str) else yaml.safe_dump(default, default_flow_style=True, width=10_000)
    return f"`{text.splitlines()[0]}`"


def example() -> str:
    found = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_file_has_all_keys_that_there_are() -> None:
    told = {name: "below" if name in SECTIONS else written(default) for name, default in DEFAULTS.items()}
    assert rows("The file") == told


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_has_all_its_keys_and_their_defaults(section: str) -> None:
    assert rows(section) == {key: written(default) for key, default in keys(SECTIONS[section])}


@pytest.mark.parametrize("section", SHAPES)
def test_what_is_not_there_by_default_has_all_keys_of_its_shapes(section: str) -> None:
    fields = {name: field for shape in SHAPES[section] for name, field in shape.model_fields.items()}
    assert rows(section) == {
        name: written(field.get_default(call_default_factory=True)) for name, field in fields.items()
    }


def test_the_example_shows_every_key_of_the_file_and_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "exchange.yaml"
    file.write_text(example(), encoding="utf-8")
    load_config(file)
    assert yaml.safe_load(example()).keys() == ExchangeConfig.model_fields.keys()
