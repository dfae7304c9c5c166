"""What can go wrong here, by meaning. Each message names the thing, the value, the rule and the way out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic_core import PydanticCustomError


class ScenariosError(Exception):
    """Anything that this package raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One rule that a file breaks. ``path`` is the place in it: ``traffic.phases[2].open.rate``."""

    path: str
    value: object
    rule: str
    """What holds for the value: ``must be longer than nothing``, ``is not a rate: write it as 200/s``."""

    def __str__(self) -> str:
        return f"{self.path}: {_shown(self.value)}{self.rule}" if self.path else f"{_shown(self.value)}{self.rule}"


ABSENT = object()
"""The value of a problem that is about something that is not there."""

_SHOWN_CHARACTERS_MAX = 80


def _shown(value: object) -> str:
    if value is ABSENT:
        return ""
    text = repr(value)
    return f"{text[:_SHOWN_CHARACTERS_MAX]}… " if len(text) > _SHOWN_CHARACTERS_MAX else f"{text} "


FIELD = "field"
VALUE = "value"


def broken_rule(field: str, value: object, rule: str) -> PydanticCustomError:
    """A rule between fields of one part, told of the field that should change; for validators to raise."""
    return PydanticCustomError("rule", "{rule}", {FIELD: field, VALUE: value, "rule": rule})


class InvalidScenario(ScenariosError):
    """A scenario file or an override of it breaks one or more rules; nothing was started."""

    def __init__(self, file: Path | str, problems: Sequence[Problem]) -> None:
        self.file = str(file)
        self.problems = tuple(problems)
        super().__init__(self._message())

    def _message(self) -> str:
        if len(self.problems) == 1:
            return f"{self.file}: {self.problems[0]}"
        lines = [f"  {problem}" for problem in self.problems]
        return "\n".join([f"{self.file}: {len(self.problems)} problems", *lines])


class InvalidTarget(ScenariosError):
    """What was given as a target cannot be one."""

    def __init__(self, field: str, value: object, rule: str) -> None:
        self.field, self.value, self.rule = field, value, rule
        super().__init__(f"{field}: {value!r} {rule}")


class TargetUnavailable(ScenariosError):
    """The target could not be started or reached."""


class RunFailed(ScenariosError):
    """A means of ours failed in the middle of a run: what was measured says nothing certain of the venue.

    ``part`` is the process that failed, where it was one.
    """

    def __init__(self, message: str, part: str = "") -> None:
        self.part = part
        super().__init__(message)


class GeneratorFailed(RunFailed):
    """A process that makes the traffic ended without its last word, or samples of it are missing."""


class InstrumentFailed(RunFailed):
    """The fault proxy or the guardian ended although nobody asked it to."""


class ShippingBroken(ScenariosError):
    """What a worker of another host shipped did not arrive as it was sent."""


class RunInterrupted(ScenariosError):
    """The run was asked to end before its time; everything was healed and stored."""


class CompletedTwice(ScenariosError):
    """An arrival was given a second outcome: a defect of ours that would falsify every count."""

    def __init__(self, arrival: int) -> None:
        super().__init__(f"arrival {arrival} has an outcome already: every arrival ends in exactly one")
