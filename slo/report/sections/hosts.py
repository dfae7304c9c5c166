"""The workers that joined from other hosts, and how well their clocks were known."""

from collections.abc import Iterator

from slo.history import JoinedWorker
from slo.report import wording
from slo.report.document import Block, Cell, Table, columns, row
from slo.report.evidence import Evidence


def blocks(evidence: Evidence) -> Iterator[Block]:
    """Nothing where all were of the run's own host."""
    if evidence.record.joined:
        yield Table(
            "Workers that joined from other hosts",
            (*columns("worker", "host", words=2), *columns("clock known to", "went apart by", words=0)),
            tuple(_row(worker) for worker in evidence.record.joined),
        )


def _row(worker: JoinedWorker) -> tuple[Cell, ...]:
    drift = wording.NONE if worker.drift_ns is None else _ms(abs(worker.drift_ns))
    return row(str(worker.worker), worker.host, f"± {_ms(worker.uncertainty_ns)}", drift)


def _ms(ns: int) -> str:
    return wording.milliseconds(ns / wording.NS_PER_MS)
