"""How the figures come about, and what the words mean."""

from collections.abc import Iterator

from slo.report.document import Block, Definition, Definitions, Heading, Section
from slo.report.evidence import Evidence

METHOD = {
    "arrivals": "Every request that was due is counted, sent or not, answered or not: one row, one outcome.",
    "verdict": (
        "An objective is met when the one-sided exact (Clopper-Pearson) 95 % lower bound on its share of good events "
        "reaches the target, missed when the upper bound stays below it, inconclusive between. Counts are integers and "
        "targets exact decimals: no rounding decides."
    ),
    "independence": (
        "The bounds take requests as independent. Under faults they fail in clusters, so that the bounds are narrower "
        "than they should be for anything but this very run."
    ),
    "percentiles": "Exact, by nearest rank over all values, never interpolated nor averaged.",
    "budget": (
        "Events allowed are (1 \N{MINUS SIGN} target) of the events of this run. Minutes are those of a 30-day month, "
        "43,200 minutes, were all of it like this run."
    ),
    "rounding": "Lower bounds are rounded down and upper bounds up, so that none says more than was shown.",
}

GLOSSARY = {
    "response time": "From when a request was due to its answer: what the user felt, generator lateness included.",
    "service time": "From when a request was sent to its answer: what the target took.",
    "lag": "From when a request was due to when it was sent: the generator's own lateness.",
    "stall": "A time in which the generator's event loop did nothing for anybody: no request is sent, no answer heard.",
    "open": "Arrivals come when they are due, whatever is still outstanding, as a market's do.",
    "closed": "So many users, each sending its next request when the last was answered.",
    "in time": "Answered ok within the deadline.",
    "unknown": "An order or cancel whose fate nobody told: it may have been executed.",
    "goodput": "Arrivals answered in time.",
    "error budget": "What the target leaves to be lost.",
}

FEED_WORDS = ("error budget", "in time")


def build(evidence: Evidence) -> Iterator[Block]:
    yield Definitions(tuple(Definition(term, meaning) for term, meaning in METHOD.items()))
    yield Heading("Words")
    words = {term: GLOSSARY[term] for term in FEED_WORDS} if evidence.feed else GLOSSARY
    yield Definitions(tuple(Definition(term, meaning) for term, meaning in words.items()))


SECTION = Section("method", "Method and words", build)
