"""The shape of arrivals of a test that has no end when it begins."""

import yaml
from pydantic import TypeAdapter, ValidationError

from scenarios.errors import ScenariosError
from scenarios.traffic.arrivals import SHAPES, Arrivals, ArrivalShape

_STRETCHED = ("ramp", "step", "replay")
"""Lie over a phase from its beginning to its end."""
_ARRIVALS: TypeAdapter[ArrivalShape] = TypeAdapter(Arrivals)


def endless_shape(written: str, length_ns: int) -> ArrivalShape:
    """A shape as a scenario writes it. Raises ScenariosError with the rule that it breaks."""
    try:
        parsed = yaml.safe_load(written)
    except yaml.YAMLError as error:
        raise _refused(written, "is not YAML") from error
    name = parsed.get("shape") if isinstance(parsed, dict) else parsed
    if name in _STRETCHED:
        able = ", ".join(each for each in SHAPES if each not in _STRETCHED)
        raise _refused(written, f"needs a phase with an end, which a scenario has; here there are {able}")
    try:
        shape = _ARRIVALS.validate_python(parsed)
    except ValidationError as error:
        raise _refused(written, "; ".join(_told(each["loc"], each["msg"]) for each in error.errors())) from error
    misfit = shape.misfit(length_ns)
    if misfit is not None:
        raise _refused(written, f"{misfit.field} {misfit.value} {misfit.rule}")
    return shape


def _told(place: tuple[int | str, ...], rule: str) -> str:
    names = [str(part) for part in place if not str(part).startswith("<")]
    return f"{'.'.join(names)}: {rule}" if names else rule


def _refused(written: str, rule: str) -> ScenariosError:
    return ScenariosError(f"--arrivals {written}: {rule}")
