"""What can go wrong with a judgement that is not a verdict: bad input, or a fault of our own."""

from dataclasses import dataclass

from pydantic import ValidationError

_VALUE_LENGTH_MAX = 60


class JudgeError(Exception):
    """The judge cannot give a verdict. The message names the thing, the value, the rule and the way out."""


class InvalidObjectiveError(JudgeError):
    """An objectives file breaks rules: usage, for whoever wrote the file. Every broken rule is named, one a line."""

    def __init__(self, violations: "list[Violation]") -> None:
        super().__init__("\n".join(str(violation) for violation in violations))
        self.violations = violations


class InvalidTapeError(JudgeError):
    """A recorded feed cannot be read as one: usage, for whoever chose the file."""


class InvalidRunError(JudgeError):
    """A folder does not hold a run that can be judged: usage, for whoever named the folder."""


class AccountingError(JudgeError):
    """Scheduled arrivals and stored samples do not add up: our own error, so no figure of the run can be trusted."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: where (file, then path inside it), what was found there, and what must hold instead."""

    file: str
    path: str
    value: str
    rule: str

    def __str__(self) -> str:
        return f"{self.file}: {self.path}: {self.value}: {self.rule}"


def first_violation(error: ValidationError) -> str:
    """The first broken rule of a stored document in one line: where, the value unless it is long, and the rule."""
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"])) or "document"
    value = repr(first["input"])
    short = len(value) <= _VALUE_LENGTH_MAX and not isinstance(first["input"], bytes)
    return ": ".join([where, *([value] if short else []), first["msg"]])
