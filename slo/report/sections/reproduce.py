"""How to have the same run, and the same verdict, again."""

import shlex
from collections.abc import Iterator

from slo.report.document import Block, Listing, Section, Table, columns, remarked, row, said
from slo.report.evidence import Evidence


def build(evidence: Evidence) -> Iterator[Block]:
    record = evidence.record
    if record.command:
        again = "Import the same recording again:" if evidence.feed else "Run it again, with the same seed:"
        yield said(again)
        yield Listing(shlex.join(record.command))
    yield said("Judge what was stored again; the same folder gives the same bytes:")
    yield Listing("brownout judge RUN")
    facts = {"brownout": record.brownout, "seed": str(record.seed), "started": record.started_at}
    host = {name: str(value) for name, value in sorted(record.host.items())}
    judged = {"objectives": ", ".join(record.objectives)} if record.objectives else {}
    yield Table(
        "Made with, on",
        columns("", "", words=2),
        tuple(row(name, value) for name, value in {**facts, **judged, **host}.items()),
    )
    if not evidence.feed:
        yield remarked(
            "The seed fixes what is asked and when, and the service times of our own exchange. It does not fix the "
            "host: another processor gives other latencies and, without a service-time model, another capacity."
        )


SECTION = Section("reproduce", "How to reproduce this", build)
