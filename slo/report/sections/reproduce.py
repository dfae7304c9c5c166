"""How to have the same run, and the same verdict, again."""

import shlex
from collections.abc import Iterator, Sequence

from slo.report.document import Block, Listing, Section, Table, columns, remarked, row, said
from slo.report.evidence import Evidence


def build(evidence: Evidence) -> Iterator[Block]:
    record = evidence.record
    if record.command:
        again = "Import the same recording again:" if evidence.feed else "Run it again, with the same seed:"
        yield said(again)
        yield Listing(shlex.join(record.command))
    yield said("Judge what was stored again; the same folder gives the same bytes:")
    files = judged_files(evidence)
    yield Listing(judge_command(files, record.objectives))
    facts = {"brownout": record.brownout, "seed": str(record.seed), "started": record.started_at}
    host = {name: str(value) for name, value in sorted(record.host.items())}
    judged = {"objectives": ", ".join(files)} if files else {}
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


def judged_files(evidence: Evidence) -> list[str]:
    """The files whose objectives the verdict is on, which need not be the run's own."""
    return list(dict.fromkeys(objective.file for objective in evidence.verdict.objectives))


def judge_command(files: Sequence[str], own: Sequence[str]) -> str:
    """Names the files that were judged where they are not those of the run, which need no naming."""
    named = [] if set(files) == set(own) else [word for file in files for word in ("--objectives", file)]
    return shlex.join(["brownout", "judge", "RUN", *named])


SECTION = Section("reproduce", "How to reproduce this", build)
