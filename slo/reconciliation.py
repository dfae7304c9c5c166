"""Resolves unknown orders from the exchange's own ledger, or from what the venue said when it was asked: done once, not
at all, or twice. Only a ledger tells of orders that vanished, and it is a check on what was said.

Every order of a run carries the client order id ``bo-<run token>-<arrival>``, with ``-r<attempt>`` where a client sent
it again, so that a sample joins the ledger with all its attempts.
Unknown cancels stay unknown: a ledger says what became of the order, not which cancel did it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import polars as pl
from pydantic import BaseModel, Field

from slo.history import Operation, Outcome
from slo.history.lines import read_lines

_CLIENT_ORDER_ID = re.compile(r"bo-(?P<token>.+?)-(?P<arrival>\d+)(?:-r\d+)?")


class LedgerOrder(BaseModel):
    """One accepted order, as far as it matters here; a ledger's line has more."""

    client_order_id: str = Field(alias="clientOrderId")


class OrderAnswer(BaseModel):
    """What the venue said of an arrival's order: for each client order id that it may have, whether it knows it."""

    arrival: int
    found: dict[str, bool]


class Source(StrEnum):
    """Who says what became of unknown orders."""

    LEDGER = "ledger"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What became of unknown orders at one venue; the three add up to how many are resolved."""

    executed_once: int
    not_executed: int
    executed_twice: int
    """Or more often."""
    duplicated: int = 0
    """Of all orders, whatever their client was told in the end: executed twice or more often."""
    lost: int = 0
    """Of the orders that were acknowledged: not in the ledger."""
    source: Source = Source.LEDGER
    contradicted: int = 0
    """Of the client order ids that the venue was asked about: it said of so many what its ledger denies."""


def read_ledger(path: Path) -> list[LedgerOrder] | None:
    """The orders of a ledger, one JSON line each. None without a file: only our own exchange gives one.

    Raises :class:`~slo.errors.InvalidRunError`, naming the line, for one that is no accepted order.
    """
    return read_lines(path, LedgerOrder, "accepted order") if path.exists() else None


def read_answers(path: Path) -> list[OrderAnswer]:
    """What the venue said of unknown orders, one JSON line each; none without a file. Raises as ``read_ledger``."""
    return read_lines(path, OrderAnswer, "answer about an order")


def only_run_token(ledger: Sequence[LedgerOrder]) -> str | None:
    """The run token that the ledger's orders carry; None where they carry none, or those of several runs."""
    matches = (_CLIENT_ORDER_ID.fullmatch(order.client_order_id) for order in ledger)
    tokens = {match["token"] for match in matches if match}
    return tokens.pop() if len(tokens) == 1 else None


def reconcile(
    samples: pl.DataFrame, ledger: Sequence[LedgerOrder], run_token: str, answers: Sequence[OrderAnswer] = ()
) -> dict[str, Reconciliation]:
    """Venue -> what became of its unknown orders by the ledger; how many orders were done twice or vanished, if any.

    ``answers`` of the same run are held against the ledger.
    """
    denied = _denied(answers, {order.client_order_id for order in ledger})
    contradicted: Counter[str] = Counter()
    times_done = _times_done(ledger, run_token)
    acknowledged = (pl.col("outcome") == Outcome.OK.value) & pl.col("code").is_null()  # with a code it was turned down
    placed = samples.filter(pl.col("op") == Operation.ORDER_PLACE.value).select(
        pl.col("venue").cast(pl.String),
        "arrival",
        pl.col("outcome") == Outcome.UNKNOWN.value,
        acknowledged=acknowledged,
    )
    unknown: dict[str, list[int]] = {}
    duplicated: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for venue, arrival, is_unknown, is_acknowledged in placed.iter_rows():
        times = times_done[arrival]
        duplicated[venue] += times > 1
        lost[venue] += is_acknowledged and not times
        contradicted[venue] += denied[arrival]
        if is_unknown:
            unknown.setdefault(venue, []).append(times)
    concerned = {*unknown, *(+duplicated), *(+lost)}
    return {
        venue: replace(
            _tally(unknown.get(venue, [])),
            duplicated=duplicated[venue],
            lost=lost[venue],
            contradicted=contradicted[venue],
        )
        for venue in sorted(concerned)
    }


def reconcile_by_answers(samples: pl.DataFrame, answers: Sequence[OrderAnswer]) -> dict[str, Reconciliation]:
    """Venue -> what became of its unknown orders by its own words; of orders without an answer nothing is known.

    Orders that were done twice are known among these only, and of orders that vanished nobody knows.
    """
    times_done = {answer.arrival: sum(answer.found.values()) for answer in answers}
    unknown = samples.filter(
        (pl.col("op") == Operation.ORDER_PLACE.value) & (pl.col("outcome") == Outcome.UNKNOWN.value)
    ).select(pl.col("venue").cast(pl.String), "arrival")
    resolved: dict[str, list[int]] = {}
    for venue, arrival in unknown.iter_rows():
        if arrival in times_done:
            resolved.setdefault(venue, []).append(times_done[arrival])
    return {
        venue: replace(_tally(times), duplicated=sum(each > 1 for each in times), source=Source.QUERY)
        for venue, times in sorted(resolved.items())
    }


def _denied(answers: Sequence[OrderAnswer], in_ledger: set[str]) -> Counter[int]:
    """Arrival -> how many of its client order ids the venue spoke of otherwise than its ledger does."""
    return Counter(
        {
            answer.arrival: sum(found != (each in in_ledger) for each, found in answer.found.items())
            for answer in answers
        }
    )


def _times_done(ledger: Sequence[LedgerOrder], run_token: str) -> Counter[int]:
    """How many orders were accepted of each arrival, over all its attempts."""
    matches = (_CLIENT_ORDER_ID.fullmatch(order.client_order_id) for order in ledger)
    return Counter(int(match["arrival"]) for match in matches if match and match["token"] == run_token)


def _tally(times_done: Sequence[int]) -> Reconciliation:
    once = sum(times == 1 for times in times_done)
    never = sum(times == 0 for times in times_done)
    return Reconciliation(once, never, len(times_done) - once - never)
