"""Checks a scenario's exchange settings by the exchange's own rules.

Scenarios may not know the exchange, which meets them on the network only; the front door knows both.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pydantic import JsonValue, ValidationError

from mock_exchange.config import ExchangeConfig
from scenarios.errors import ABSENT, Problem
from scenarios.model.problems import Place, problems_of


def exchange_problems(exchange: Mapping[str, JsonValue]) -> Iterator[Problem]:
    """What is wrong with an exchange configuration, with paths inside it: of a place and its parts, the parts."""
    written = dict(exchange)
    try:
        ExchangeConfig.model_validate(written)
    except ValidationError as error:
        found = problems_of(ExchangeConfig, error, lambda place: _place_in(written, place))
        paths = [problem.path for problem in found]
        for number, problem in enumerate(found):
            if problem.path in paths[:number] or any(path.startswith(f"{problem.path}.") for path in paths):
                continue
            # The configuration as a whole has secrets in it.
            yield problem if problem.path else replace(problem, value=ABSENT)


def _place_in(written: JsonValue, place: Place) -> Place:
    """A place without what pydantic puts in it for the alternative that it tried, which is not in the file."""
    parts: list[int | str] = []
    inside: JsonValue = written
    for number, part in enumerate(place):
        match inside:
            case list() if isinstance(part, int) and part < len(inside):
                inside = inside[part]
            case dict() if isinstance(part, str) and part in inside:
                inside = inside[part]
            case _ if not _is_absent_key(inside, part, is_last=number == len(place) - 1):
                continue
        parts.append(part)
    return tuple(parts)


def _is_absent_key(inside: JsonValue, part: int | str, *, is_last: bool) -> bool:
    """Of what is not in the file only a key that should be, which ends the place; ``function-after[...]`` is none."""
    return is_last and isinstance(inside, dict) and "[" not in str(part)
