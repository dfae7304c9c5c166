"""Resolves unknown orders from the exchange's own ledger: done once, not at all, or twice; finds orders that vanished.

Every order of a run carries the client order id ``bo-<run token>-<arrival>``, with ``-r<attempt>`` where a client sent
it again, so that a sample joins the ledger with all its attempts.
Unknown cancels stay unknown: a ledger says what became of the order, not which cancel did it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from pydantic import BaseModel, Field, ValidationError

from slo.errors import InvalidRunError, first_violation
from slo.history import Operation, Outcome

_CLIENT_ORDER_ID = re.compile(r"bo-(?P<token>.+?)-(?P<arrival>\d+)(?:-r\d+)?")


class LedgerOrder(BaseModel):
    """One accepted order, as far as it matters here; a ledger's line has more."""

    client_order_id: str = Field(alias="clientOrderId")


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What became of unknown orders at one venue; the three add up to how many there were."""

    executed_once: int
    not_executed: int
    executed_twice: int
    """Or more often."""
    duplicated: int = 0
    """Of all orders, whatever their client was told in the end: executed twice or more often."""
    lost: int = 0
    """Of the orders that were acknowledged: not in the ledger."""


def read_ledger(path: Path) -> list[LedgerOrder] | None:
    """The orders of a ledger, one JSON line each. None without a file: only our own exchange gives one.

    Raises :class:`~slo.errors.InvalidRunError`, naming the line, for one that is no accepted order.
    """
    if not path.exists():
        return None
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise InvalidRunError(f"{path}: cannot be read: {error.strerror}") from error
    return [_ledger_order(path, number, line) for number, line in enumerate(lines, start=1) if line]


def _ledger_order(path: Path, number: int, line: bytes) -> LedgerOrder:
    try:
        return LedgerOrder.model_validate_json(line)
    except ValidationError as error:
        raise InvalidRunError(f"{path}: line {number}: is no accepted order: {first_violation(error)}") from error


def only_run_token(ledger: Sequence[LedgerOrder]) -> str | None:
    """The run token that the ledger's orders carry; None where they carry none, or those of several runs."""
    matches = (_CLIENT_ORDER_ID.fullmatch(order.client_order_id) for order in ledger)
    tokens = {match["token"] for match in matches if match}
    return tokens.pop() if len(tokens) == 1 else None


def reconcile(samples: pl.DataFrame, ledger: Sequence[LedgerOrder], run_token: str) -> dict[str, Reconciliation]:
    """Venue -> what became of its unknown orders, and how many orders were done twice or vanished, if any."""
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
        if is_unknown:
            unknown.setdefault(venue, []).append(times)
    concerned = {*unknown, *(+duplicated), *(+lost)}
    return {venue: _tally(unknown.get(venue, []), duplicated[venue], lost[venue]) for venue in sorted(concerned)}


def _times_done(ledger: Sequence[LedgerOrder], run_token: str) -> Counter[int]:
    """How many orders were accepted of each arrival, over all its attempts."""
    matches = (_CLIENT_ORDER_ID.fullmatch(order.client_order_id) for order in ledger)
    return Counter(int(match["arrival"]) for match in matches if match and match["token"] == run_token)


def _tally(times_done: Sequence[int], duplicated: int, lost: int) -> Reconciliation:
    once = sum(times == 1 for times in times_done)
    never = sum(times == 0 for times in times_done)
    return Reconciliation(once, never, len(times_done) - once - never, duplicated, lost)
