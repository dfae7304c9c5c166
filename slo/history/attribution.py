"""Marks the samples that a fault must have touched without a mark of its own.

A fault of the wire marks the replies to the requests that it touches. One of the whole process (a pause) cannot: it
touches whatever is in flight while it lasts. Nor can one that loses a reply: it tells whose order it was.
"""

import re
from collections.abc import Iterator, Sequence

import polars as pl

from slo.history.events import Event, EventKind
from slo.history.outcomes import Operation
from slo.history.run import FaultRecord

PROCESS_SEAM = "process"
_CLIENT_ORDER_ID = re.compile(r"bo-.+?-(?P<arrival>\d+)(?:-r\d+)?")


def attribute_faults(samples: pl.DataFrame, events: Sequence[Event], faults: Sequence[FaultRecord]) -> pl.DataFrame:
    """Fill ``fault`` where it is null for orders whose reply a fault lost, and for samples in flight while one of the
    process was applied.

    In flight: sent before it was healed, and done after it was applied or never. A fault that was not healed lasted
    to the end; of several, the one that was applied first is named. Other samples and columns stay as they are.
    """
    mark = pl.coalesce(pl.col("fault").cast(pl.String), *_lost(events), *_marks(events, faults))
    return samples.with_columns(fault=mark.cast(samples.schema["fault"]))


def _marks(events: Sequence[Event], faults: Sequence[FaultRecord]) -> Iterator[pl.Expr]:
    of_process = {fault.id for fault in faults if fault.seam == PROCESS_SEAM}
    in_order = sorted(events, key=lambda event: event.at_ns)
    for position, event in enumerate(in_order):
        if event.kind is EventKind.FAULT_APPLIED and event.subject in of_process:
            yield pl.when(_in_flight(event.at_ns, _healed(in_order[position:], event.subject))).then(
                pl.lit(event.subject)
            )


def _lost(events: Sequence[Event]) -> Iterator[pl.Expr]:
    """By the arrival that each client order id names; an id of another make is nobody's."""
    for event in events:
        orders = event.detail.get("lost_orders")
        if event.kind is EventKind.FAULT_HEALED and isinstance(orders, list):
            matches = (_CLIENT_ORDER_ID.fullmatch(str(order)) for order in orders)
            arrivals = [int(match["arrival"]) for match in matches if match]
            is_lost = (pl.col("op") == Operation.ORDER_PLACE.value) & pl.col("arrival").is_in(arrivals)
            yield pl.when(is_lost).then(pl.lit(event.subject))


def _healed(events: Sequence[Event], fault_id: str) -> int | None:
    return next((e.at_ns for e in events if e.kind is EventKind.FAULT_HEALED and e.subject == fault_id), None)


def _in_flight(applied_ns: int, healed_ns: int | None) -> pl.Expr:
    sent = pl.col("sent_ns").is_not_null() if healed_ns is None else pl.col("sent_ns") < healed_ns
    return sent & (pl.col("done_ns").is_null() | (pl.col("done_ns") > applied_ns))
