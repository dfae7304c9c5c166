"""What became of unknown orders, by asking the venue: each by every client order id that it may have been sent under.

Asked once the traffic has ended and every fault is healed, one question at a time, no faster than the venue allows, and
not for ever. An order whose ids are not all answered stays unknown.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import polars as pl

from scenarios.client.classify import Reply, meaning_of_reply
from scenarios.client.connection import Sending
from scenarios.client.failures import CallFailed
from scenarios.operations import Request
from slo.history import Operation, Outcome
from slo.reconciliation import OrderAnswer

QUESTIONS_FAILED_MAX = 6
"""In a row, each after a longer pause; then the venue is taken for gone."""
PAUSE_FIRST_S = 0.25
NOT_FOUND = frozenset({-2013})
ARCHIVED = frozenset({-2026})
"""The venue had it once: an order that was cancelled without a fill long ago."""


class InDoubt(NamedTuple):
    """An order that may have been done, and all client order ids that it may have."""

    arrival: int
    symbol: str
    client_order_ids: tuple[str, ...]


class Asked(Protocol):
    """A client of the venue. Raises CallFailed."""

    def call(self, request: Request, sending: Sending) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long, and how fast. ``clock`` gives seconds; ``wait`` lets so many pass."""

    clock: Callable[[], float]
    wait: Callable[[float], object]
    seconds_max: float
    per_second_max: float | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """``of_orders``: those of which every id was answered. ``why``: what kept the others from it; empty for nothing."""

    of_orders: tuple[OrderAnswer, ...]
    in_doubt: int
    why: str = ""


@dataclass(slots=True)
class _Question:
    """A call that is no part of the traffic."""

    arrival: int = -1
    sent_ns: int = -1


class _Enough(Exception):
    """No more questions; says why."""


def orders_in_doubt(samples: pl.DataFrame, run_token: str, attempts: int) -> list[InDoubt]:
    """The orders of a run whose outcome is unknown. ``attempts``: how often its client may have sent each."""
    unknown = samples.filter(
        (pl.col("op") == Operation.ORDER_PLACE.value) & (pl.col("outcome") == Outcome.UNKNOWN.value)
    )
    again = ["", *(f"-r{attempt}" for attempt in range(1, attempts))]
    return [
        InDoubt(arrival, symbol, tuple(f"bo-{run_token}-{arrival}{suffix}" for suffix in again))
        for arrival, symbol in unknown.select("arrival", pl.col("symbol").cast(pl.String)).sort("arrival").iter_rows()
    ]


def ask_venue(orders: Sequence[InDoubt], venue: Asked, patience: Patience) -> Answers:
    """What the venue says of each order, as far as it says anything within the time that there is."""
    answered: list[OrderAnswer] = []
    why = ""
    try:
        for answer in _each_answer(orders, venue, patience):
            answered.append(answer)  # noqa: PERF402  those before the last question count too
    except _Enough as enough:
        why = str(enough)
    return Answers(tuple(answered), len(orders), why)


def _each_answer(orders: Sequence[InDoubt], venue: Asked, patience: Patience) -> Iterator[OrderAnswer]:
    give_up_s = patience.clock() + patience.seconds_max
    for order in orders:
        found = {each: _known(order.symbol, each, venue, patience, give_up_s) for each in order.client_order_ids}
        yield OrderAnswer(arrival=order.arrival, found=found)


def _known(symbol: str, client_order_id: str, venue: Asked, patience: Patience, give_up_s: float) -> bool:
    """Whether the venue knows the order. Raises _Enough where that cannot be learnt."""
    pause_s, said = PAUSE_FIRST_S, ""
    for _ in range(QUESTIONS_FAILED_MAX):
        if patience.clock() >= give_up_s:
            raise _Enough(f"the {patience.seconds_max:g} s for questions were over")
        if patience.per_second_max is not None:
            patience.wait(1 / patience.per_second_max)
        answer, said = _asked(symbol, client_order_id, venue)
        if answer is not None:
            return answer
        patience.wait(max(0.0, min(pause_s, give_up_s - patience.clock())))
        pause_s *= 2
    raise _Enough(f"the venue does not answer: {said}")


def _asked(symbol: str, client_order_id: str, venue: Asked) -> tuple[bool | None, str]:
    """Whether the venue knows the order, None where it did not say; and what it said then."""
    query = f"symbol={symbol}&origClientOrderId={client_order_id}"
    try:
        reply = venue.call(Request("GET", "/api/v3/order", query, True, symbol, client_order_id), _Question())
    except CallFailed as failure:
        return None, failure.reason
    meaning = meaning_of_reply(Operation.ORDER_QUERY, reply)
    if meaning.code in NOT_FOUND:
        return False, ""
    if meaning.outcome is Outcome.OK and meaning.code in {0, *ARCHIVED}:
        return True, ""
    return None, f"HTTP {reply.status} {reply.body[:200].decode('utf-8', 'replace')}"
