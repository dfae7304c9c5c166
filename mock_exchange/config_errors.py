"""What pydantic found wrong with a configuration, in the words of the file: path, value and rule. Pure."""

import re
from collections.abc import Mapping
from typing import get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mock_exchange.config import ServiceTimeConfig

Place = tuple[int | str, ...]

_UNTOLD = frozenset(("secret", "public_key", "admin_token"))
"""Settings whose wrong values are not repeated: they may be secrets, or files."""
_RULES: Mapping[str, str] = {
    "extra_forbidden": "is not a setting",
    "missing": "must be given",
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "must hold settings, as name: value"),
    **dict.fromkeys(("list_type", "tuple_type"), "must be a list"),
}
"""By pydantic's type of error, where nothing but the place matters."""
_SUBJECT = re.compile(r"^(?:Input|String|List|Tuple|Dictionary|Value) should ")
_OUR_WORDS: Mapping[str, str] = {
    "a valid integer": "a whole number",
    "a valid number": "a number",
    "a valid string": "a text",
    "a valid boolean": "true or false",
}


def first_problem(error: ValidationError, written: object) -> str:
    """One line about the first rule that ``written``, the content of a file, breaks."""
    first = error.errors(include_url=False)[0]
    place = place_in(written, first["loc"])
    rule = _rule(first)
    if not place:
        return rule if first["type"] == "value_error" else f"the file {rule}"
    path = ".".join(str(part) for part in place)
    return f"{path}: {rule}" if _is_untold(first, place) else f"{path}: {first['input']!r}: {rule}"


def place_in(written: object, place: Place) -> Place:
    """A place without what pydantic puts in it for the alternative that it tried, which is not in the file."""
    parts: list[int | str] = []
    inside = written
    for number, part in enumerate(place):
        match inside:
            case list() | tuple() if isinstance(part, int) and part < len(inside):
                inside = inside[part]
            case dict() if isinstance(part, str) and part in inside:
                inside = inside[part]
            case _ if not _is_absent_key(inside, part, is_last=number == len(place) - 1):
                continue
        parts.append(part)
    return tuple(parts)


def _is_absent_key(inside: object, part: int | str, *, is_last: bool) -> bool:
    """Of what is not in the file only a key that should be, which ends the place; ``function-after[...]`` is none."""
    return is_last and isinstance(inside, dict) and "[" not in str(part)


def _is_untold(details: ErrorDetails, place: Place) -> bool:
    """Where there is no value, or more than a line of it, or a secret: also an account in the place of its parts."""
    is_account = place[0] == "accounts" and len(place) < len(("accounts", 0, "key"))
    is_absent = details["type"] in ("extra_forbidden", "missing")
    return is_absent or is_account or place[-1] in _UNTOLD or isinstance(details["input"], dict | list)


def _rule(details: ErrorDetails) -> str:
    context = details.get("ctx", {})
    match details["type"]:
        case "value_error":
            return str(context["error"])
        case "union_tag_not_found":
            return f"needs distribution: {_distributions()}"
        case "union_tag_invalid":
            return f"distribution is {context['tag']!r}, and must be {_distributions()}"
    return _RULES.get(details["type"]) or _plain(details["msg"])


def _distributions() -> str:
    """Service times are the one part of a configuration of which there are kinds."""
    kinds = get_args(get_args(ServiceTimeConfig)[0])
    *names, last = [word for kind in kinds for word in get_args(kind.model_fields["distribution"].annotation)]
    return f"{', '.join(names)} or {last}"


def _plain(message: str) -> str:
    """``Input should be …`` reads as a rule once the value stands before it."""
    rule = _SUBJECT.sub("must ", message).partition(", unable to")[0]
    for words, ours in _OUR_WORDS.items():
        rule = rule.replace(words, ours)
    return rule
