"""The header that says which trace a request belongs to, and who is traced."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk.trace.sampling import Decision, TraceIdRatioBased

from mock_exchange.telemetry.sampling import Sampling
from mock_exchange.trace_context import Caller, parse_traceparent

TRACE, SPAN = 0x0AF7651916CD43DD8448EB211C80319C, 0xB7AD6B7169203331


def test_the_example_of_the_standard_is_read() -> None:
    text = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert parse_traceparent(text) == Caller(TRACE, SPAN, is_sampled=True)
    assert parse_traceparent(text[:-1] + b"0") == Caller(TRACE, SPAN, is_sampled=False)


def test_a_later_version_is_read_as_far_as_it_is_known() -> None:
    text = b"cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-09-what-comes-then"
    assert parse_traceparent(text) == Caller(TRACE, SPAN, is_sampled=True)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        b"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        b"00-00000000000000000000000000000000-b7ad6b7169203331-01",
        b"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        b"ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ],
)
def test_what_the_standard_calls_invalid_is_ignored(text: bytes) -> None:
    assert parse_traceparent(text) is None


@given(st.binary())
def test_no_header_breaks_it(text: bytes) -> None:
    parse_traceparent(text)


def test_a_caller_decides_where_it_is_followed() -> None:
    sampled, unsampled = Caller(TRACE, SPAN, is_sampled=True), Caller(TRACE, SPAN, is_sampled=False)
    followed, alone = Sampling(0.0, follows_parent=True), Sampling(0.0, follows_parent=False)
    assert followed.keeps(TRACE, sampled)
    assert not Sampling(1.0, follows_parent=True).keeps(TRACE, unsampled)
    assert not alone.keeps(TRACE, sampled)


@given(st.integers(min_value=1, max_value=2**128 - 1), st.floats(min_value=0, max_value=1))
def test_a_share_is_taken_as_other_services_take_it(trace_id: int, share: float) -> None:
    theirs = TraceIdRatioBased(share).should_sample(None, trace_id, "").decision is Decision.RECORD_AND_SAMPLE
    assert Sampling(share, follows_parent=True).keeps(trace_id, None) == theirs


def test_a_share_is_the_share_of_many() -> None:
    rng = random.Random(1)  # noqa: S311 - ids, not secrets
    kept = sum(Sampling(0.1, follows_parent=True).keeps(rng.getrandbits(128), None) for _ in range(10_000))
    assert 900 < kept < 1100  # the standard deviation is 30
