"""Declaring, listing and checking the parameters of a fault kind; the bounds stand with the field they bound."""

import math
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, cast, get_type_hints

from chaos.errors import InvalidFault


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a kind as documentation and editors show it. Bounds are inclusive."""

    name: str
    type: type[int] | type[float] | type[str] | type[bool]
    about: str
    required: bool
    default: object
    at_least: float | None
    at_most: float | None
    choices: tuple[str, ...]
    """The texts that it may be; empty where any will do."""


def parameter(
    about: str,
    *,
    default: Any = MISSING,
    at_least: float | None = None,
    at_most: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """A dataclass field that is a fault's parameter. ``Any``, as dataclasses.field itself is to a type checker."""
    return field(
        default=default, metadata={"about": about, "at_least": at_least, "at_most": at_most, "choices": choices}
    )


def share_of_requests() -> Any:
    """The field ``probability``, the same for every kind that decides request by request."""
    return share_of("requests")


def share_of(what: str) -> Any:
    """The field ``probability`` of a kind that decides one by one about something else, such as messages."""
    return parameter(f"share of the selected {what} that it touches", default=1.0, at_least=0, at_most=1)


def parameters_of(kind: type[object]) -> tuple[Parameter, ...]:
    """In the order in which the kind declares them."""
    types = get_type_hints(kind)
    return tuple(
        Parameter(
            name=each.name,
            type=types[each.name],
            about=each.metadata["about"],
            required=each.default is MISSING,
            default=None if each.default is MISSING else each.default,
            at_least=each.metadata["at_least"],
            at_most=each.metadata["at_most"],
            choices=each.metadata["choices"],
        )
        for each in fields(cast("Any", kind))
    )


def check_parameters(fault: object) -> None:
    """Raises InvalidFault for the first value of the wrong type or out of bounds. For a kind's ``__post_init__``."""
    for each in parameters_of(type(fault)):
        _check(each, getattr(fault, each.name))


def _check(parameter: Parameter, value: object) -> None:
    path = f"with.{parameter.name}"
    if not _fits(parameter.type, value):
        raise InvalidFault(path, value, f"must be {_NAMES[parameter.type]}")
    if parameter.choices and value not in parameter.choices:
        raise InvalidFault(path, value, f"must be one of {', '.join(parameter.choices)}")
    if isinstance(value, int | float) and not isinstance(value, bool):
        _check_bounds(parameter, path, value)


def _check_bounds(parameter: Parameter, path: str, value: float) -> None:
    if not math.isfinite(value):
        raise InvalidFault(path, value, "must be a finite number")
    if parameter.at_least is not None and value < parameter.at_least:
        raise InvalidFault(path, value, f"must be at least {parameter.at_least:g}")
    if parameter.at_most is not None and value > parameter.at_most:
        raise InvalidFault(path, value, f"must be at most {parameter.at_most:g}")


_NAMES: dict[type, str] = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}


def _fits(expected: type, value: object) -> bool:
    if isinstance(value, bool):  # which is an int to Python, and to nobody who writes a scenario
        return expected is bool
    return isinstance(value, (int, float) if expected is float else expected)
