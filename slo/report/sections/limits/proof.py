"""What so many requests can show at all."""

from collections.abc import Iterator
from decimal import Decimal

from slo.report import wording
from slo.report.document import Block, Heading, Strong, Table, columns, row, said
from slo.report.evidence import Evidence
from slo.statistics import requests_needed

CLAIMS = (Decimal("0.99"), Decimal("0.999"), Decimal("0.9999"), Decimal("0.99999"))


def proof(evidence: Evidence) -> Iterator[Block]:
    supportable = evidence.findings.supportable
    if supportable is None:
        return
    requests = supportable.requests
    yield Heading("And 100\N{NO-BREAK SPACE}% cannot be shown")
    yield said(
        f"Had all {wording.plural(requests, 'request')} of this run succeeded, they would show ",
        Strong(wording.at_least(supportable.availability)),
        " at 95 % confidence and no more: an availability closer to 100 % cannot be told from this by so many "
        "requests. 100 % itself cannot be shown by any number of them.",
    )
    yield Table(
        "Requests that a claim needs at 95 % confidence, if not one of them fails",
        (*columns("claim"), *columns("requests", "this run has", words=0)),
        tuple(
            row(
                wording.target(claim),
                wording.count(needed := requests_needed(claim)),
                "enough" if requests >= needed else f"{wording.count(needed - requests)} too few",
            )
            for claim in CLAIMS
        ),
    )
