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
        (200, -2010, "Account has insufficient balance for requested action.", "ok", "ok"),
        (200, -1000, "An unknown error occurred.", "unknown", "failed"),
        (200, -1003, "Too much request weight used.", "throttled", "throttled"),
        (200, -1022, "Signature for this request is not valid.", "failed", "failed"),
        (200, 0, "", "unknown", "failed"),
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
        (503, -1001, "Internal error; unable to process your request. Please try again.", "failed", "failed"),
        (503, -1001, "Internal error; unable to process your request. The order may be placed.", "unknown", "failed"),
        (503, -1001, "", "unknown", "failed"),
        (503, -1007, "Internal error; unable to process your request. Please try again.", "unknown", "failed"),
        (500, 0, "Internal error; unable to process your request. Please try again.", "unknown", "failed"),
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
    said = Reply(200, b'{"orderId":7,"status":"FILLED"}', "")
    assert meaning_of_reply(WRITE, said) == (Outcome.OK, 0, "FILLED")
    assert meaning_of_reply(READ, said).outcome is Outcome.OK


def test_a_success_that_is_about_no_order_is_none() -> None:
    for body in (b"{}", b'{"status":"FILLED"}', b"[]", b'{"orderId":"seven"}', b""):
        assert meaning_of_reply(WRITE, Reply(200, body, "")).outcome is Outcome.UNKNOWN
        assert meaning_of_reply(READ, Reply(200, body, "")).outcome is Outcome.FAILED


@pytest.mark.parametrize("whole", [b'{"bids":[["1.0","2"]],"asks":[]}', b'[{"symbol":"A"},1]', b"{}", b"[]"])
def test_a_read_is_answered_by_json_that_is_whole(whole: bytes) -> None:
    assert meaning_of_reply(Operation.BOOK_READ, Reply(200, whole, "")).outcome is Outcome.OK
    for torn in (whole[:-1], b"[trunc", whole + b"}", b'{"bids":[1,}', b"null", b""):
        assert meaning_of_reply(Operation.BOOK_READ, Reply(200, torn, "")).outcome is Outcome.FAILED


def test_a_read_that_is_refused_under_a_status_of_success_is_refused() -> None:
    refused = Reply(200, b'{"code":-1003,"msg":"Too much request weight used."}', "")
    assert meaning_of_reply(Operation.BOOK_READ, refused) == (Outcome.THROTTLED, -1003, "")


@pytest.mark.parametrize("status", [200, 400, 503])
def test_a_code_that_no_sample_can_hold_is_no_code(status: int) -> None:
    for number, code in (
        (99_999_999_999, 0),
        (2**31, 0),
        (2**31 - 1, 2**31 - 1),
        (-(2**31), -(2**31)),
        (-(2**31) - 1, 0),
    ):
        said = meaning_of_reply(WRITE, reply(status, number))
        assert said.code == (0 if status == 200 and number > 0 else code)
        assert said.outcome is not Outcome.OK


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 100_000, b'{"msg":"\xff"}', b'{"code":' + b"9" * 5000 + b"}"]
)
def test_bodies_that_break_parsers_are_read_as_text(body: bytes) -> None:
    for operation in (WRITE, READ, Operation.BOOK_READ):
        for status in (200, 503):
            expected = Outcome.UNKNOWN if operation.writes else Outcome.FAILED
            assert meaning_of_reply(operation, Reply(status, body, "")).outcome is expected


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
