"""The workers that joined from other hosts, and how well their clocks were known."""

from collections.abc import Iterator

from slo.history import JoinedWorker
from slo.report import wording
from slo.report.document import Block, Cell, Section, Table, columns, remarked, row, said
from slo.report.evidence import Evidence
from slo.report.wording import NO_BREAK, NS_PER_MS, NS_PER_S


def build(evidence: Evidence) -> Iterator[Block]:
    if not evidence.record.joined:
        return
    yield said(clocks_sentence(evidence))
    yield Table(
        "Workers, and how far their clocks were from the run's",
        (
            *columns("worker", "host", words=2),
            *columns("offset", "known to", "went apart by", "off by at most", "longest silence", words=0),
        ),
        tuple(_row(host) for host in evidence.record.joined),
    )
    yield remarked(
        "Offsets are between monotonic clocks, which count from when each host was started. Each is that of the "
        "message there and back with the least delay, and may be wrong by half of it, before the start and again at "
        "the end. Times of a worker count from the run's start by its own clock; what the clocks went apart by is not "
        "taken out, but counted as an error."
    )


def clocks_sentence(evidence: Evidence) -> str:
    """The worst clock beside what a verdict bears."""
    record = evidence.record
    worst = max(record.joined, key=lambda worker: worker.off_ns_max)
    hosts = len({worker.host for worker in record.joined})
    return (
        f"{wording.plural(len(record.joined), 'worker')} on {wording.plural(hosts, 'host')} made the traffic. "
        f"The times of worker {worst.worker} may be {_ms(worst.off_ns_max)} off the run's, and no other's more "
        f"(allowed: {wording.milliseconds(evidence.verdict.generator.lag_ms_p99_allowed)})."
    )


def _row(worker: JoinedWorker) -> tuple[Cell, ...]:
    offset = wording.NONE if worker.offset_ns is None else f"{worker.offset_ns / NS_PER_S:+,.6f}{NO_BREAK}s"
    drift = wording.NONE if worker.drift_ns is None else f"{worker.drift_ns / NS_PER_MS:+.3f}{NO_BREAK}ms"
    return row(
        str(worker.worker),
        worker.host,
        offset,
        _ms(worker.uncertainty_ns),
        drift,
        _ms(worker.off_ns_max),
        _ms(worker.silence_ns_max),
    )


def _ms(ns: int | None) -> str:
    return wording.NONE if ns is None else wording.milliseconds(ns / NS_PER_MS)


SECTION = Section("hosts", "Workers on other hosts", build)
