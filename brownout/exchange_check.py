"""Checks a scenario's exchange settings by the exchange's own rules.

Scenarios may not know the exchange, which meets them on the network only; the front door knows both.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pydantic import JsonValue, ValidationError

from mock_exchange.config import ExchangeConfig
from mock_exchange.config_errors import place_in
from scenarios.errors import ABSENT, Problem
from scenarios.model.problems import problems_of


def exchange_problems(exchange: Mapping[str, JsonValue]) -> Iterator[Problem]:
    """What is wrong with an exchange configuration, with paths inside it: of a place and its parts, the parts."""
    written = dict(exchange)
    try:
        ExchangeConfig.model_validate(written)
    except ValidationError as error:
        found = problems_of(ExchangeConfig, error, lambda place: place_in(written, place))
        paths = [problem.path for problem in found]
        for number, problem in enumerate(found):
            if problem.path in paths[:number] or any(path.startswith(f"{problem.path}.") for path in paths):
                continue
            # The configuration as a whole has secrets in it.
            yield problem if problem.path else replace(problem, value=ABSENT)
