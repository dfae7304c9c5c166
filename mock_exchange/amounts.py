"""Amounts, prices and rates as people write them in configuration: decimal numbers, best in quotes."""

from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from mock_exchange.engine.symbols import NumberError, parse_amount


def _amount(text: object) -> str:
    """A decimal number as text; numbers are taken as they are written in YAML."""
    text = str(text) if isinstance(text, int | float) and not isinstance(text, bool) else text
    if not isinstance(text, str):
        raise ValueError("an amount is a decimal number, best in quotes, such as '12.5'")
    if text.startswith("-"):
        raise ValueError("an amount is not negative")
    try:
        parse_amount(text)
    except NumberError:
        raise ValueError("an amount is a number such as 12.5") from None
    return text


def _more_than_nothing(text: str) -> str:
    if not parse_amount(text):
        raise ValueError("a price is more than 0")
    return text


def _rate(text: object) -> Decimal:
    try:
        rate = Decimal(str(text))
    except InvalidOperation:
        raise ValueError("a rate is a decimal number such as '0.001'") from None
    if not rate.is_finite() or not 0 <= rate < 1 or rate * 10**6 % 1:
        raise ValueError("a rate is at least 0, less than 1, and a whole number of millionths")
    return rate


Amount = Annotated[str, BeforeValidator(_amount)]
Price = Annotated[Amount, AfterValidator(_more_than_nothing)]
Rate = Annotated[Decimal, BeforeValidator(_rate)]
