"""Evidence of runs, judged by the real judge: one driven and broken, one a recorded feed."""

import polars as pl
import pytest

from slo.capacity import findings
from slo.history import Event, RunRecord, Stored, with_derived_columns
from slo.objectives import library_file, load_objectives
from slo.report import compose
from slo.report.document import Document
from slo.report.evidence import Evidence
from slo.verdict import judge
from tests.slo.building import health
from tests.slo.report.synthetic import seconds_of_the_generator, synthesize, synthesize_feed


def judged(record: RunRecord, samples: pl.DataFrame, events: list[Event]) -> Evidence:
    """What the report is written from, by the objectives that the record names in the library."""
    derived = with_derived_columns(samples, record.phases)
    objectives = [one for name in record.objectives for one in load_objectives(library_file(name))]
    driving = record.target.kind != "tape"
    seconds = seconds_of_the_generator(samples) if driving else []
    stored = Stored(record, derived, events, health=health(*seconds))
    return Evidence(stored, judge(stored, objectives), findings(record, derived, events))


@pytest.fixture(scope="session")
def driven() -> Evidence:
    """A sweep, a pause, a latency fault, a surge over capacity: every outcome occurs."""
    return judged(*synthesize())


@pytest.fixture(scope="session")
def calm() -> Evidence:
    """The same load without faults."""
    return judged(*synthesize(with_faults=False))


@pytest.fixture(scope="session")
def fed() -> Evidence:
    """Two venues' feeds, one of which stands still for 8 s."""
    return judged(*synthesize_feed())


@pytest.fixture(scope="session")
def documents(driven: Evidence, calm: Evidence, fed: Evidence) -> dict[str, Document]:
    """What the reports of the three runs say."""
    return {"driven": compose(driven), "calm": compose(calm), "fed": compose(fed)}
