"""Checks a scenario's exchange settings by the exchange's own rules.

Scenarios may not know the exchange, which meets them on the network only; the front door knows both.
"""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue, ValidationError

from mock_exchange.config import ExchangeConfig
from scenarios.errors import Problem


def exchange_problems(exchange: Mapping[str, JsonValue]) -> Iterator[Problem]:
    """What is wrong with an exchange configuration, with paths inside it."""
    try:
        ExchangeConfig.model_validate(dict(exchange))
    except ValidationError as error:
        for found in error.errors():
            yield Problem(".".join(map(str, found["loc"])), found["input"], _rule(found["msg"]))


def _rule(message: str) -> str:
    """Pydantic's message as the end of a sentence that begins with the value."""
    rule = message.removeprefix("Value error, ")
    return rule.replace("Input should be", "must be").replace("Extra inputs are", "is an unknown setting: these are")
