"""The one place that says what a reply, or the lack of one, means: an outcome. Pure.

Sources: the venue's error codes and the four texts of its 503 (Binance Spot REST and USDⓈ-M general information); what
each means for the caller is in ``slo.history.Outcome``.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

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
CERTAINLY_FAILED_TEXT = "Internal error; unable to process your request. Please try again."
"""The fourth text of the 503, and only there: -1001 comes with the same words, and in any other reply it is open."""
CERTAINLY_FAILED_CODES = frozenset({0, -1001})
_ABOUT_ORDERS = frozenset(each for each in Operation if each.value.startswith("order."))
CODES = range(-(2**31), 2**31)
"""What a sample can hold; a number beyond is not a code of the venue's."""


class Reply(NamedTuple):
    status: int
    body: bytes
    fault: str
    """Ids of the faults that touched it, as the fault proxy says; empty where none did."""


class Meaning(NamedTuple):
    outcome: Outcome
    code: int = 0
    order_status: str = ""


class _Said(msgspec.Struct):
    """What is looked for in a body: an error's code and text."""

    code: int = 0
    msg: str = ""


class _OrderSaid(_Said):
    status: str = ""
    order_id: int | None = msgspec.field(default=None, name="orderId")


T = TypeVar("T")

_decode_refusal = msgspec.json.Decoder(_Said).decode
_decode_order = msgspec.json.Decoder(_OrderSaid).decode
_decode_read: Callable[[bytes], _Said | list[msgspec.Raw]] = msgspec.json.Decoder(_Said | list[msgspec.Raw]).decode
_OK = Meaning(Outcome.OK)


def meaning_of_reply(operation: Operation, reply: Reply) -> Meaning:
    """What became of the operation, by status, then code, then text.

    A refusal is a refusal under a status of success too, and a success that is not whole or not about an order is none.
    """
    if not 200 <= reply.status < 300:
        said = _read(reply.body, _decode_refusal) or _Said(msg=reply.body.decode("utf-8", "replace").strip())
        return _refused(operation, reply.status, said)
    if operation in _ABOUT_ORDERS:
        return _meaning_of_order(operation, reply)
    answer = _read(reply.body, _decode_read)
    if isinstance(answer, _Said) and answer.code < 0:
        return _refused(operation, reply.status, answer)
    return _OK if answer is not None else Meaning(_lost(operation))


def outcome_of_failure(operation: Operation, failure: CallFailed) -> Outcome:
    """A lost write may have been done once a byte of it was sent; a lost read is simply a failed read."""
    return Outcome.UNKNOWN if failure.sent and operation.writes else Outcome.FAILED


def _meaning_of_order(operation: Operation, reply: Reply) -> Meaning:
    said = _read(reply.body, _decode_order)
    if said is not None and said.code < 0:
        return _refused(operation, reply.status, said)
    if said is None or said.order_id is None:  # a success that cannot be read: it may well have been one
        return Meaning(_lost(operation))
    return Meaning(Outcome.OK, 0, said.status)


def _refused(operation: Operation, status: int, said: _Said) -> Meaning:
    return Meaning(_outcome_of_refusal(operation, status, said), said.code if said.code in CODES else 0)


def _outcome_of_refusal(operation: Operation, status: int, said: _Said) -> Outcome:
    if status in THROTTLED_STATUSES or said.code in THROTTLED_CODES:
        return Outcome.THROTTLED
    if said.code == SHED_CODE or (status == 503 and SHED_TEXT in said.msg):
        return Outcome.SHED
    if said.code in BUSINESS_CODES and status < 500:
        return Outcome.OK
    if status == 503 and said.msg == CERTAINLY_FAILED_TEXT and said.code in CERTAINLY_FAILED_CODES:
        return Outcome.FAILED
    if said.code in UNKNOWN_CODES or status == 408 or status >= 500:
        return _lost(operation)
    return Outcome.FAILED


def _lost(operation: Operation) -> Outcome:
    return Outcome.UNKNOWN if operation.writes else Outcome.FAILED


def _read(body: bytes, decode: Callable[[bytes], T]) -> T | None:
    """None where the body is not what the venue writes, from its first byte to its last."""
    if not body:
        return None
    try:
        return decode(body)
    except (ValueError, RecursionError):  # no JSON, other types, text that is not UTF-8; nested without end
        return None
