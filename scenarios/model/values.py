"""The values of a scenario file: how each is written, and the rule that it can break by itself."""

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from scenarios.operations import OPERATIONS
from scenarios.quantities import MOMENT_PATTERN, RATE_PATTERN, Moment, Rate
from scenarios.traders import TRADERS
from slo.history import Operation

WrittenRate = Annotated[Rate, BeforeValidator(Rate.parse), WithJsonSchema({"type": "string", "pattern": RATE_PATTERN})]
WrittenMoment = Annotated[
    Moment, BeforeValidator(Moment.parse), WithJsonSchema({"type": "string", "pattern": MOMENT_PATTERN})
]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
SymbolName = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,20}$")]


def _require_known_operation(name: object) -> object:
    if name not in OPERATIONS:
        known = ", ".join(operation.value for operation in OPERATIONS)
        raise ValueError(f"is not an operation that can be sent; there are {known}")
    return name


def _require_known_trader(name: object) -> object:
    if name not in TRADERS:
        raise ValueError(f"is no kind of trader; there are {', '.join(TRADERS)}")
    return name


def _require_whole_number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("must be a whole number")
    return value


def _evenly(written: object) -> object:
    """A list names symbols of equal weight."""
    if isinstance(written, list) and all(isinstance(name, str) for name in written):
        return dict.fromkeys(written, 1)
    return written


MixedOperation = Annotated[Operation, BeforeValidator(_require_known_operation)]
TraderKind = Annotated[str, BeforeValidator(_require_known_trader)]
WholeNumber = Annotated[int, BeforeValidator(_require_whole_number)]
Weight = Annotated[WholeNumber, Field(ge=1, le=1_000_000)]
WeightedSymbols = Annotated[
    dict[SymbolName, Weight],
    BeforeValidator(_evenly, json_schema_input_type=dict[SymbolName, Weight] | list[SymbolName]),
]
