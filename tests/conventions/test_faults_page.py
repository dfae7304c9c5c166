"""docs/faults.md is what the code says, and its examples can be ordered."""

import pytest

from chaos.catalogue import page
from chaos.incidents import INCIDENTS
from chaos.kinds import KINDS
from chaos.parse import parse_fault
from tests.conventions.sources import ROOT


def test_the_page_is_made_from_the_code_as_it_is() -> None:
    written = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    assert written == page(), "run: python -m chaos.catalogue > docs/faults.md"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_example_can_be_ordered(kind: str) -> None:
    assert parse_fault(kind, dict(KINDS[kind].example), {})[0].kind == kind


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_names_incidents_that_there_are(kind: str) -> None:
    assert set(KINDS[kind].incidents) <= set(INCIDENTS)
