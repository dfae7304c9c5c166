"""When arrivals are due: a shape, a rate, a stretch and a seed give the same due times to however many workers.

A shape is a file with a class and a line in the table below.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, Discriminator, GetJsonSchemaHandler, Tag
from pydantic_core import CoreSchema

from scenarios.errors import broken_rule
from scenarios.traffic.arrivals.burst import Burst
from scenarios.traffic.arrivals.constant import Constant
from scenarios.traffic.arrivals.hawkes import Hawkes
from scenarios.traffic.arrivals.modulated import Modulated
from scenarios.traffic.arrivals.poisson import Poisson
from scenarios.traffic.arrivals.profile import Profile, parse_profile
from scenarios.traffic.arrivals.ramp import Ramp
from scenarios.traffic.arrivals.replay import PROFILES, FindProfile, Replay
from scenarios.traffic.arrivals.shape import ArrivalShape, due_times, share
from scenarios.traffic.arrivals.step import Step

__all__ = [
    "PROFILES",
    "SHAPES",
    "ArrivalShape",
    "Arrivals",
    "Burst",
    "Constant",
    "FindProfile",
    "Hawkes",
    "Modulated",
    "Poisson",
    "Profile",
    "Ramp",
    "Replay",
    "Step",
    "due_times",
    "parse_profile",
    "share",
]

_Shape = (
    Annotated[Constant, Tag("<constant>")]
    | Annotated[Poisson, Tag("<poisson>")]
    | Annotated[Ramp, Tag("<ramp>")]
    | Annotated[Step, Tag("<step>")]
    | Annotated[Burst, Tag("<burst>")]
    | Annotated[Modulated, Tag("<modulated>")]
    | Annotated[Hawkes, Tag("<hawkes>")]
    | Annotated[Replay, Tag("<replay>")]
)
"""The table of shapes. Tags are marked so that they can be left out where a problem's path is shown."""

SHAPES: Mapping[str, type[ArrivalShape]] = MappingProxyType(
    {get_args(each)[1].tag.strip("<>"): get_args(each)[0] for each in get_args(_Shape)}
)
"""By the name that a scenario calls them."""


def _shape_of(written: object) -> object:
    """A name stands for the shape without parameters of its own."""
    parameters = {"shape": written} if isinstance(written, str) else written
    if isinstance(parameters, ArrivalShape):
        return parameters
    if not isinstance(parameters, dict):
        raise ValueError("must be the name of a shape, or a mapping with shape and its parameters")
    name = parameters.get("shape")
    if not isinstance(name, str) or name not in SHAPES:
        rule = f"is no shape of arrivals; there are {', '.join(SHAPES)}"
        raise ValueError(rule) if parameters is not written else broken_rule("shape", name, rule)
    return parameters


def _tag(written: Any) -> str:
    return f"<{written['shape'] if isinstance(written, dict) else written.shape}>"


class _OrByName:
    """Tells editors that shapes without required parameters can be written as their names."""

    @staticmethod
    def __get_pydantic_json_schema__(core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        names = [
            name
            for name, shape in SHAPES.items()
            if not any(field.is_required() for field in shape.model_fields.values())
        ]
        return {"anyOf": [{"enum": names}, handler(core_schema)]}


Arrivals = Annotated[_Shape, Discriminator(_tag), BeforeValidator(_shape_of), _OrByName()]
"""A shape as a scenario writes it: ``poisson``, or ``{shape: hawkes, branching: 0.8, decay: 500ms}``."""
