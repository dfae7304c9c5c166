"""Which names are streams, and of what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_exchange.market_data.intervals import Interval
from mock_exchange.streams.names import Kind, StreamName, parse_stream_name


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("btcusdt@trade", StreamName("btcusdt@trade", Kind.TRADE, "BTCUSDT")),
        ("btcusdt@aggTrade", StreamName("btcusdt@aggTrade", Kind.AGGREGATE_TRADE, "BTCUSDT")),
        ("btcusdt@blockTrade", StreamName("btcusdt@blockTrade", Kind.BLOCK_TRADE, "BTCUSDT")),
        ("btcusdt@depth", StreamName("btcusdt@depth", Kind.DEPTH, "BTCUSDT")),
        ("btcusdt@depth@100ms", StreamName("btcusdt@depth@100ms", Kind.DEPTH, "BTCUSDT", is_fast=True)),
        ("btcusdt@depth20", StreamName("btcusdt@depth20", Kind.PARTIAL_DEPTH, "BTCUSDT", levels=20)),
        ("a.b-c_1@kline_1M", StreamName("a.b-c_1@kline_1M", Kind.KLINE, "A.B-C_1", interval="1M")),
        (
            "btcusdt@kline_1d@+08:00",
            StreamName("btcusdt@kline_1d@+08:00", Kind.KLINE, "BTCUSDT", interval="1d", is_utc8=True),
        ),
        ("btcusdt@ticker_4h", StreamName("btcusdt@ticker_4h", Kind.TICKER, "BTCUSDT", window="4h")),
        ("!ticker@arr", StreamName("!ticker@arr", Kind.TICKER)),
        ("!ticker_1d@arr", StreamName("!ticker_1d@arr", Kind.TICKER, window="1d")),
        ("!miniTicker@arr", StreamName("!miniTicker@arr", Kind.MINI_TICKER)),
        ("!miniTicker@arr@1000ms", StreamName("!miniTicker@arr@1000ms", Kind.MINI_TICKER)),
    ],
)
def test_a_name_says_what_of_which_market_and_how_often(text: str, parsed: StreamName) -> None:
    assert parse_stream_name(text) == parsed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "btcusdt",
        "@trade",
        "btcusdt@Trade",
        "btcusdt@depth7",
        "btcusdt@depth@250ms",
        "btcusdt@kline_2m",
        "btcusdt@kline_1m@+01:00",
        "btcusdt@ticker_2h",
        "!ticker_2h@arr",
        "!trade@arr",
        "!ticker@arr@1000ms",
        "!miniTicker@arr@100ms",
        "!bookTicker",
        "btcusdt@trade\n",
        "btc usdt@trade",
        "btcusdt@rpiDepth",
    ],
)
def test_other_names_are_no_streams(text: str) -> None:
    assert parse_stream_name(text) is None


@given(st.sampled_from(sorted(Interval)))
def test_every_interval_of_rest_has_a_stream(interval: Interval) -> None:
    name = parse_stream_name(f"btcusdt@kline_{interval}")
    assert name is not None
    assert name.interval == interval


def test_a_symbol_in_upper_case_is_none_that_is_listed() -> None:
    name = parse_stream_name("BTCUSDT@trade")
    assert name is not None
    assert name.symbol != "BTCUSDT"


@given(st.text(max_size=40))
def test_whatever_a_name_is_reading_it_does_not_fail(text: str) -> None:
    assert parse_stream_name(text) is None or "@" in text
