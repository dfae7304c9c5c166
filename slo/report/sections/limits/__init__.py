"""Why not 100 %: what the capacity, the overload, the recovery and the number of requests leave possible at all."""

from collections.abc import Iterator

from slo.report.document import Block, Section
from slo.report.evidence import Evidence
from slo.report.sections.limits.capacity import capacity
from slo.report.sections.limits.load import overload
from slo.report.sections.limits.proof import proof
from slo.report.sections.limits.recovery import recovery


def build(evidence: Evidence) -> Iterator[Block]:
    yield from capacity(evidence)
    yield from overload(evidence)
    yield from recovery(evidence)
    yield from proof(evidence)


SECTION = Section("limits", "Why not 100\N{NO-BREAK SPACE}%", build)
