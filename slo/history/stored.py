"""A run as it was stored, read back: what is judged and what is reported is the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl
from pydantic import ValidationError

from slo.errors import InvalidRunError, first_violation
from slo.history.events import Event, read_events
from slo.history.feeds import Feeds, read_feeds
from slo.history.folder import RunFolder
from slo.history.health import HEALTH_SCHEMA, read_health
from slo.history.run import RunRecord
from slo.history.samples import read_samples, with_derived_columns


@dataclass(frozen=True)
class Stored:
    """``samples`` carry the derived columns."""

    record: RunRecord
    samples: pl.DataFrame
    events: Sequence[Event] = ()
    feeds: Feeds | None = None
    """What subscribers heard, where the run had any."""
    health: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=HEALTH_SCHEMA))
    """How the generators did; no rows for old runs and recorded feeds."""


def read_stored(folder: RunFolder) -> Stored:
    """All of it. Raises :class:`~slo.errors.InvalidRunError`, naming the file, for what cannot be read."""
    record = _read_record(folder)
    samples = with_derived_columns(_read_samples(folder), record.phases)
    return Stored(record, samples, read_events(folder.events), _read_feeds(folder), read_health(folder.health))


def _read_record(folder: RunFolder) -> RunRecord:
    try:
        return folder.read_record()
    except OSError as error:
        raise InvalidRunError(f"{folder.path}: holds no run: run.json cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise InvalidRunError(f"{folder.record_file}: {first_violation(error)}") from error


def _read_samples(folder: RunFolder) -> pl.DataFrame:
    try:
        return read_samples(folder.samples)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InvalidRunError(f"{folder.samples}: cannot be read as samples: {str(error).splitlines()[0]}") from error


def _read_feeds(folder: RunFolder) -> Feeds | None:
    try:
        return read_feeds(folder.feeds)
    except (OSError, ValidationError, pl.exceptions.PolarsError) as error:
        raise InvalidRunError(f"{folder.feeds}: cannot be read as feeds: {str(error).splitlines()[0]}") from error
