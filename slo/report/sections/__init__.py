"""The sections of a report. To add one: a file here with a ``SECTION``, and its line in the table."""

from slo.report.document import Section
from slo.report.evidence import Evidence
from slo.report.sections import (
    budget,
    concurrency,
    feed,
    generator,
    hosts,
    limits,
    method,
    reproduce,
    run,
    subscribers,
    timeline,
    verdict,
)

SECTIONS: tuple[Section[Evidence], ...] = (
    verdict.SECTION,
    run.SECTION,
    feed.SECTION,
    concurrency.SECTION,
    timeline.SECTION,
    subscribers.SECTION,
    budget.SECTION,
    limits.SECTION,
    generator.SECTION,
    hosts.SECTION,
    reproduce.SECTION,
    method.SECTION,
)
"""In the order in which they are read; those that do not apply to a run say nothing."""
