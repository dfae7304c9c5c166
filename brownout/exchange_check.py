"""Checks a scenario's exchange settings by the exchange's own rules, and its symbols by what the exchange lists.

Scenarios may not know the exchange, which meets them on the network only; the front door knows both.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pydantic import JsonValue, ValidationError

from mock_exchange.config import ExchangeConfig
from mock_exchange.config_errors import place_in
from scenarios.errors import ABSENT, Problem
from scenarios.model import Scenario
from scenarios.model.problems import problems_of, suggestion


def scenario_problems(scenario: Scenario) -> Iterator[Problem]:
    """What our exchange does not take of a scenario, with paths in its file."""
    exchange = scenario.target.exchange
    found = [
        replace(problem, path=f"target.exchange.{problem.path}".rstrip(".")) for problem in exchange_problems(exchange)
    ]
    yield from found or _unknown_symbols(scenario)


def _unknown_symbols(scenario: Scenario) -> Iterator[Problem]:
    listed = [symbol.name for symbol in ExchangeConfig.model_validate(scenario.target.exchange).engine_symbols()]
    for name in scenario.traffic.symbols:
        if name not in listed:
            hint = suggestion(name, listed) or f"; there are {', '.join(listed)}"
            yield Problem("traffic.symbols", name, f"is not a symbol of the exchange{hint}")


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
