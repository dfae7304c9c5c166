"""From what the generator wrote to what is kept: one file of samples, with the faults that touched them."""

from collections.abc import Sequence
from pathlib import Path

from slo.history import IN_FLIGHT, Event, FaultRecord, attribute_faults, read_samples, write_samples

SETTLED = "samples.parquet"


def settle_samples(samples: Path, events: Sequence[Event], faults: Sequence[FaultRecord]) -> int:
    """Replace the generator's chunks by one file in order of due time, faults attributed; returns its rows.

    The chunks go last: a run that is killed in between can be settled by hand from what is there.
    """
    chunks = sorted(samples.glob("*.parquet"))
    settled = attribute_faults(read_samples(samples), events, faults)
    unlisted = samples / f"{SETTLED}.whole"
    write_samples(settled, unlisted)
    for stale in (*chunks, *samples.glob(f"*{IN_FLIGHT}")):
        stale.unlink()
    unlisted.rename(samples / SETTLED)
    return settled.height
