"""docs/arrivals.md has every shape with its parameters, and examples that a scenario can have."""

import re
from pathlib import Path
from typing import Final

import pytest
import yaml

from scenarios.model.profiles import find_profile, profile_names
from scenarios.traffic.arrivals import SHAPES
from tests.conventions.sources import ROOT
from tests.scenarios.traffic.drawing import shaped

PAGE: Final = (ROOT / "docs" / "arrivals.md").read_text(encoding="utf-8")


def section(name: str) -> str:
    return PAGE.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_has_its_row_and_its_parameters_with_their_defaults(name: str) -> None:
    assert f"| [`{name}`](#{name}) |" in PAGE
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\| ([^|]+) \|.*$", section(name).partition("\n### ")[0], re.MULTILINE)
    assert [(parameter, default.strip("`")) for parameter, default in rows] == [
        (field.alias or key, "needed" if field.is_required() else str(field.default or "not set"))
        for key, field in SHAPES[name].model_fields.items()
        if key != "shape"
    ]


@pytest.mark.parametrize("name", SHAPES)
def test_the_example_of_a_shape_can_be_written(name: str) -> None:
    (example,) = re.findall(r"^arrivals: .*$", section(name), re.MULTILINE)
    shape = shaped(yaml.safe_load(example)["arrivals"])
    assert isinstance(shape, SHAPES[name])
    assert shape.misfit(60_000_000_000) is None


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_is_described_with_its_own_numbers(name: str) -> None:
    seconds = find_profile(Path(), name).arrivals
    (row,) = re.findall(rf"^\| `{name}` \|.*$", PAGE, re.MULTILINE)
    assert f"| {len(seconds) // 60}m | {sum(seconds) / len(seconds):.1f}/s | {max(seconds):,}, at " in row
