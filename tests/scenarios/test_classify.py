"""What replies mean. The table is the venue's: codes of its REST API and the texts of its 503."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.client import CallFailed, Reply, meaning_of_reply, outcome_of_failure
from slo.history import Operation, Outcome

WRITE, READ = Operation.ORDER_PLACE, Operation.ORDER_QUERY


def reply(status: int, code: int = 0, text: str = "") -> Reply:
    return Reply(status, json.dumps({"code": code, "msg": text}).encode(), "")


@pytest.mark.parametrize(
    ("status", "code", "text", "of_a_write", "of_a_read"),
    [
        (200, 0, "", "ok", "ok"),
        (400, -2010, "Account has insufficient balance for requested action.", "ok", "ok"),
        (400, -2011, "Unknown order sent.", "ok", "ok"),
        (400, -2013, "Order does not exist.", "ok", "ok"),
        (400, -1013, "Filter failure: LOT_SIZE", "ok", "ok"),
        (429, -1003, "Too much request weight used.", "throttled", "throttled"),
        (418, -1003, "IP banned until 1.", "throttled", "throttled"),
        (429, -1015, "Too many new orders.", "throttled", "throttled"),
        (400, -1015, "Too many new orders.", "throttled", "throttled"),
        (503, -1008, "Request throttled by system-level protection.", "shed", "shed"),
        (503, 0, "Service Unavailable.", "shed", "shed"),
        (503, 0, "Unknown error, please check your request or try again later.", "unknown", "failed"),
        (503, 0, "Internal error; unable to process your request. Please try again.", "failed", "failed"),
        (500, -1000, "An unknown error occurred.", "unknown", "failed"),
        (500, -1001, "Internal error; unable to process your request. Please try again.", "unknown", "failed"),
        (504, -1006, "An unexpected response was received from the message bus.", "unknown", "failed"),
        (408, -1007, "Timeout waiting for response from backend server.", "unknown", "failed"),
        (502, 0, "Bad Gateway", "unknown", "failed"),
        (401, -2015, "Invalid API-key, IP, or permissions for action.", "failed", "failed"),
        (400, -1021, "Timestamp for this request is outside of the recvWindow.", "failed", "failed"),
        (400, -1022, "Signature for this request is not valid.", "failed", "failed"),
        (400, -1102, "Mandatory parameter was not sent.", "failed", "failed"),
        (403, 0, "Forbidden", "failed", "failed"),
        (404, 0, "", "failed", "failed"),
    ],
)
def test_a_reply_means_what_the_venue_says_it_does(
    status: int, code: int, text: str, of_a_write: str, of_a_read: str
) -> None:
    said = reply(status, code, text)
    assert meaning_of_reply(WRITE, said).outcome == of_a_write
    assert meaning_of_reply(READ, said).outcome == of_a_read
    assert meaning_of_reply(WRITE, said).code == code


def test_plain_text_is_understood_where_a_gateway_answers_for_the_venue() -> None:
    assert meaning_of_reply(WRITE, Reply(503, b"Service Unavailable.", "")).outcome is Outcome.SHED
    assert meaning_of_reply(WRITE, Reply(503, b"<html>unavailable</html>", "")).outcome is Outcome.UNKNOWN


def test_an_orders_status_is_read_from_a_success() -> None:
    assert meaning_of_reply(WRITE, Reply(200, b'{"status":"FILLED"}', "")) == (Outcome.OK, 0, "FILLED")


def test_a_success_that_cannot_be_read_may_have_been_one() -> None:
    torn = Reply(200, b'{"status":"FIL', "")
    assert meaning_of_reply(WRITE, torn).outcome is Outcome.UNKNOWN
    assert meaning_of_reply(READ, torn).outcome is Outcome.FAILED
    assert meaning_of_reply(Operation.BOOK_READ, Reply(200, b"oops", "")).outcome is Outcome.FAILED


@given(operation=st.sampled_from(Operation), sent=st.booleans())
def test_a_lost_write_may_have_been_done_once_it_was_sent_and_a_lost_read_is_a_failed_read(
    operation: Operation, sent: bool
) -> None:
    expected = Outcome.UNKNOWN if sent and operation.writes else Outcome.FAILED
    assert outcome_of_failure(operation, CallFailed("reset", sent)) is expected


@given(operation=st.sampled_from(Operation), status=st.integers(100, 599), body=st.binary(max_size=60))
def test_any_reply_at_all_has_a_meaning(operation: Operation, status: int, body: bytes) -> None:
    meaning = meaning_of_reply(operation, Reply(status, body, ""))
    assert meaning.outcome is not Outcome.DROPPED
    assert meaning.outcome is not Outcome.UNKNOWN or operation.writes
