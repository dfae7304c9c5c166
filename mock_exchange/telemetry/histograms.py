"""Durations counted into buckets: plain integers, added to once per batch of replies. OpenTelemetry is elsewhere."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from mock_exchange.stages import STAGES, Ticket, Turn

BOUNDS_NS: Final = (*(step * 10**power for power in range(4, 10) for step in (1, 2, 5)), 10**10)
"""Upper bounds, inclusive: 10 us, 20 us, 50 us, 100 us ... 10 s. What lies above the last is counted too."""


RequestKind = tuple[str, int, type[Turn]]
"""Operation, status, and what it came through."""


class Histogram:
    """How many durations fell between which bounds, and their sum."""

    __slots__ = ("counts", "sum_ns")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS_NS) + 1)
        """By the first bound that is not exceeded; the last place is for what exceeds them all."""
        self.sum_ns = 0

    def add(self, duration_ns: int) -> None:
        self.counts[bisect_left(BOUNDS_NS, duration_ns)] += 1
        self.sum_ns += duration_ns


class DurationLog:
    """Histograms of what the queue served: whole requests by operation and status, and their stages."""

    __slots__ = ("requests", "stages")

    def __init__(self) -> None:
        self.requests: dict[RequestKind, Histogram] = {}
        """From the last byte read to the reply written."""
        self.stages = tuple(Histogram() for _ in STAGES)

    def record(self, tickets: Sequence[Ticket], synced_ns: int, written_ns: int) -> None:
        """A batch that was safe, and whose replies were written, then."""
        parse, check, wait, serve, sync, write = (stage.counts for stage in self.stages)
        parse_ns = check_ns = wait_ns = serve_ns = sync_ns = 0
        for ticket in tickets:
            accepted, parsed, queued = ticket.accepted_ns, ticket.parsed_ns, ticket.queued_ns
            taken, matched = ticket.taken_ns, ticket.matched_ns
            kind = ticket.operation, ticket.status, ticket.turn.__class__
            request = self.requests.get(kind) or self._first_of(kind)
            # Written out rather than called: this is done for every request.
            request.counts[bisect_left(BOUNDS_NS, written_ns - accepted)] += 1
            request.sum_ns += written_ns - accepted
            parse[bisect_left(BOUNDS_NS, parsed - accepted)] += 1
            check[bisect_left(BOUNDS_NS, queued - parsed)] += 1
            wait[bisect_left(BOUNDS_NS, taken - queued)] += 1
            serve[bisect_left(BOUNDS_NS, matched - taken)] += 1
            sync[bisect_left(BOUNDS_NS, synced_ns - matched)] += 1
            parse_ns += parsed - accepted
            check_ns += queued - parsed
            wait_ns += taken - queued
            serve_ns += matched - taken
            sync_ns += synced_ns - matched
        write_ns = written_ns - synced_ns
        write[bisect_left(BOUNDS_NS, write_ns)] += len(tickets)
        sums_ns = (parse_ns, check_ns, wait_ns, serve_ns, sync_ns, write_ns * len(tickets))
        for stage, stage_ns in zip(self.stages, sums_ns, strict=True):
            stage.sum_ns += stage_ns

    def _first_of(self, kind: RequestKind) -> Histogram:
        histogram = self.requests[kind] = Histogram()
        return histogram
