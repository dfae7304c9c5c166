"""Texts and integers: what the venue writes, the engine counts exactly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_exchange.engine.events import Rejection
from mock_exchange.engine.symbols import (
    SYMBOLS,
    UNITS_MAX,
    GridError,
    NumberError,
    PrecisionError,
    Symbol,
    format_amount,
    parse_amount,
)

BTCUSDT = SYMBOLS["BTCUSDT"]


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=UNITS_MAX))
def test_every_amount_survives_being_written_and_read(units: int) -> None:
    assert parse_amount(format_amount(units)) == units


def test_an_amount_that_64_bits_do_not_hold_is_refused() -> None:
    with pytest.raises(NumberError, match="the largest amount"):
        parse_amount(format_amount(UNITS_MAX + 1))


@pytest.mark.parametrize(
    ("text", "units"), [("1", 100_000_000), ("1.5", 150_000_000), ("0.00000001", 1), ("007.10", 710_000_000)]
)
def test_amounts_are_read_as_units_of_1e_8(text: str, units: int) -> None:
    assert parse_amount(text) == units


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "1.",
        ".5",
        "-1",
        "+1",
        "1e5",
        " 1",
        "1,5",
        "nan",
        "\N{ARABIC-INDIC DIGIT ONE}",
        "\N{SUPERSCRIPT TWO}",
        "1" * 21,
    ],
)
def test_what_is_not_a_plain_number_is_refused(text: str) -> None:
    with pytest.raises(NumberError):
        parse_amount(text)


def test_a_ninth_decimal_is_refused() -> None:
    with pytest.raises(PrecisionError, match=r"0\.000000001 has more than 8 decimals"):
        parse_amount("0.000000001")


def test_prices_are_ticks_and_quantities_lots() -> None:
    assert BTCUSDT.parse_price("100000.01") == 10_000_001
    assert BTCUSDT.parse_quantity("0.5") == 50_000
    assert BTCUSDT.format_price(10_000_001) == "100000.01000000"
    assert BTCUSDT.format_quantity(50_000) == "0.50000000"


def test_a_price_between_two_ticks_names_the_price_filter() -> None:
    with pytest.raises(GridError, match=r"100\.001 is not a multiple of 0\.01") as refused:
        BTCUSDT.parse_price("100.001")
    assert refused.value.rejection is Rejection.PRICE_FILTER


def test_a_quantity_between_two_lots_names_the_lot_size_filter() -> None:
    with pytest.raises(GridError) as refused:
        BTCUSDT.parse_quantity("0.000001")
    assert refused.value.rejection is Rejection.LOT_SIZE


def test_notional_is_exact() -> None:
    # 0.00001 BTC at 100000.01 USDT costs 1.0000001 USDT.
    assert BTCUSDT.notional(10_000_001, 1) == parse_amount("1.0000001")


def test_a_symbol_whose_trades_would_need_rounding_is_refused() -> None:
    with pytest.raises(ValueError, match=r"ETHBTC: tick 0\.00001 times lot 0\.0001 must be a multiple of 0\.00000001"):
        Symbol(
            name="ETHBTC",
            base="ETH",
            quote="BTC",
            tick_size="0.00001",
            lot_size="0.0001",
            price_min="0.00001",
            price_max="1000",
            quantity_min="0.0001",
            quantity_max="1000",
            market_quantity_max="1000",
        )
