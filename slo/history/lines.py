"""Files of one JSON object a line, as a run writes them while it goes on."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from slo.errors import InvalidRunError, first_violation

Line = TypeVar("Line", bound=BaseModel)


def read_lines(path: Path, kind: type[Line], what: str, *, torn: bool = False) -> list[Line]:
    """All lines in their order; none without a file. ``torn``: pass over what follows the last newline, which whoever
    was killed while writing has left behind.

    Raises :class:`~slo.errors.InvalidRunError`, naming the line, for one that is no ``what``.
    """
    if not path.exists():
        return []
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise InvalidRunError(f"{path}: cannot be read: {error.strerror}") from error
    whole = lines[:-1] if torn else lines
    return [_line(path, number, line, kind, what) for number, line in enumerate(whole, start=1) if line]


def _line(path: Path, number: int, line: bytes, kind: type[Line], what: str) -> Line:
    try:
        return kind.model_validate_json(line)
    except ValidationError as error:
        raise InvalidRunError(f"{path}: line {number}: is no {what}: {first_violation(error)}") from error
