"""The one place that says what a reply, or the lack of one, means: an outcome. Pure.

Sources: the venue's error codes and the four texts of its 503 (Binance Spot REST and USDⓈ-M general information); what
each means for the caller is in ``slo.history.Outcome``.
"""

from typing import NamedTuple

import msgspec

from scenarios.client.failures import CallFailed
from slo.history import Operation, Outcome

THROTTLED_STATUSES = frozenset({418, 429})
THROTTLED_CODES = frozenset({-1003, -1015})
SHED_CODE = -1008
UNKNOWN_CODES = frozenset({-1000, -1001, -1006, -1007})
BUSINESS_CODES = frozenset({-1013, -2010, -2011, -2013, -2021, -2022, -2026, -2038, -2039})
"""What a working venue answers to an order that it will not have: filters, balances, orders that are not there.
Refused keys, signatures, timestamps and parameters are not among them: the request was good, the refusal is a fault."""
SHED_TEXT = "Service Unavailable."
CERTAINLY_FAILED_TEXT = "Internal error"


class Reply(NamedTuple):
    status: int
    body: bytes
    fault: str
    """Ids of the faults that touched it, as the fault proxy says; empty where none did."""


class Meaning(NamedTuple):
    outcome: Outcome
    code: int = 0
    order_status: str = ""


class _Body(msgspec.Struct):
    """What is looked for in a body: an error's code and text, or an order's status."""

    code: int = 0
    msg: str = ""
    status: str = ""


_decode = msgspec.json.Decoder(_Body).decode
_OK = Meaning(Outcome.OK)


def meaning_of_reply(operation: Operation, reply: Reply) -> Meaning:
    """What became of the operation, by status, then code, then text."""
    if 200 <= reply.status < 300:
        return _meaning_of_success(operation, reply.body)
    said = _said(reply.body) or _Body(msg=reply.body.decode("utf-8", "replace"))
    return Meaning(_outcome_of_refusal(operation, reply.status, said), said.code)


def outcome_of_failure(operation: Operation, failure: CallFailed) -> Outcome:
    """A lost write may have been done once a byte of it was sent; a lost read is simply a failed read."""
    return Outcome.UNKNOWN if failure.sent and operation.writes else Outcome.FAILED


def _meaning_of_success(operation: Operation, body: bytes) -> Meaning:
    if not operation.value.startswith("order."):
        return _OK if body[:1] in (b"{", b"[") else Meaning(Outcome.FAILED)
    said = _said(body)
    if said is None:  # a success that cannot be read: it may well have been one
        return Meaning(_lost(operation))
    return Meaning(Outcome.OK, 0, said.status)


def _outcome_of_refusal(operation: Operation, status: int, said: _Body) -> Outcome:
    if status in THROTTLED_STATUSES or said.code in THROTTLED_CODES:
        return Outcome.THROTTLED
    if said.code == SHED_CODE or (status == 503 and SHED_TEXT in said.msg):
        return Outcome.SHED
    if said.code in BUSINESS_CODES and status < 500:
        return Outcome.OK
    if said.code in UNKNOWN_CODES or status == 408:
        return _lost(operation)
    if status >= 500 and CERTAINLY_FAILED_TEXT not in said.msg:
        return _lost(operation)
    return Outcome.FAILED


def _lost(operation: Operation) -> Outcome:
    return Outcome.UNKNOWN if operation.writes else Outcome.FAILED


def _said(body: bytes) -> _Body | None:
    """None where the body is not what the venue writes."""
    if not body:
        return None
    try:
        return _decode(body)
    except msgspec.MsgspecError:
        return None
