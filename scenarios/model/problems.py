"""From what pydantic found to problems that a reader of the file understands: path, value, rule and way out."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError
from pydantic_core import ErrorDetails

from scenarios.errors import ABSENT, FIELD, VALUE, Problem

Place = tuple[int | str, ...]

_WAYS_OUT: dict[int | str, str] = {
    "mix": ", unless traders are: one of both says what is asked for",
    "stop_when": ": {burn_rate: 50, over: 5s} ends a run whose error budget burns so fast for so long; never lets it",
}
_INSTEAD_OF = {"traders": "mix"}
"""Keys that stand for another, which is then not missing."""
_COUNTED: Mapping[int | str, str] = {
    "users": "number of users",
    "phases": "phase",
    "mix": "operation",
    "traders": "kind",
}
"""What a list or a mapping has items of."""


def problems_of(
    model: type[BaseModel], error: ValidationError, shown: Callable[[Place], Place] = lambda place: place
) -> list[Problem]:
    """One for each rule that was broken, in the order of the file's parts; ``shown`` makes places those of the file."""
    found = error.errors()
    meant = {_meant(model, details) for details in found if details["type"] == "extra_forbidden"}
    return [
        _problem(model, details, shown)
        for details in found
        if details["type"] != "missing" or details["loc"] not in meant
    ]


def _meant(model: type[BaseModel], unknown: ErrorDetails) -> Place:
    """The place of the key that an unknown one is likely to be: that it is missing is the same slip of the pen."""
    *part, key = unknown["loc"]
    near = difflib.get_close_matches(str(key), _keys_at(model, tuple(part)), n=1)
    return (*part, *(_INSTEAD_OF.get(each, each) for each in near))


def path_of(place: Iterable[int | str]) -> str:
    """``traffic.phases[2].open.rate`` of its parts; marks that are not in the file are left out."""
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part}]"
        elif not part.startswith("<") and part != "[key]":
            text += f".{part}" if text else part
    return text


def suggestion(word: object, known: Sequence[str]) -> str:
    """``; did you mean 'deadline'?`` or nothing."""
    near = difflib.get_close_matches(str(word), known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _problem(model: type[BaseModel], details: ErrorDetails, shown: Callable[[Place], Place]) -> Problem:
    place, value = details["loc"], details["input"]
    context = details.get("ctx", {})
    rule = _as_rule(details["msg"])
    match details["type"]:
        case "extra_forbidden":
            known = _keys_at(model, place[:-1])
            hint = suggestion(place[-1], known) or f"; there are {', '.join(known)}"
            value, rule = ABSENT, f"is not a setting{hint}"
        case "missing":
            value, rule = ABSENT, f"must be given{_WAYS_OUT.get(place[-1], '')}"
        case "rule":
            place, value, rule = (*place, context[FIELD]), context[VALUE], context["rule"]
        case "too_short":
            rule = f"must name at least one {_COUNTED.get(place[-1], 'item')}"
        case "model_type" | "model_attributes_type":
            rule = f"must be a mapping of {', '.join(_keys_at(model, place))}"
        case "union_tag_invalid":
            field, known = context["discriminator"].strip("'"), context["expected_tags"].replace("'", "")
            place, value, rule = (*place, field), context["tag"], f"is no {field}; there are {known}"
        case "union_tag_not_found":
            place, value, rule = (*place, context["discriminator"].strip("'")), ABSENT, "must be given"
        case "shape":
            value = ABSENT
        case "value_error":
            rule = str(context["error"])
    return Problem(path_of(shown(place)), value, rule)


def _as_rule(message: str) -> str:
    """``Input should be …`` reads as a rule once the value stands before it."""
    rule = re.sub(r"^(Input|String|List|Dictionary) should ", "must ", message)
    rule = rule.replace("greater than or equal to", "at least").replace("less than or equal to", "at most")
    return rule.replace("a valid dictionary", "a mapping").replace("a valid ", "a ")


def _keys_at(model: type[BaseModel], place: Place) -> list[str]:
    """The keys that the part of the file at a place may have."""
    annotation: Any = model
    for part in place:
        annotation = _inside(annotation, part)
    reached = [each for each in _alternatives(annotation) if isinstance(each, type) and issubclass(each, BaseModel)]
    return list(dict.fromkeys(field.alias or name for each in reached for name, field in each.model_fields.items()))


def _inside(annotation: Any, part: int | str) -> Any:
    """What lies at a part of a place: an item of a list, a tagged alternative, or a field."""
    for each in _alternatives(annotation):
        if get_origin(each) is list and isinstance(part, int):
            return get_args(each)[0]
        if isinstance(each, type) and issubclass(each, BaseModel):
            for name, field in each.model_fields.items():
                if part in (field.alias, name):
                    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    tagged = [each for each in _members(annotation) if part in _tags(each)]
    tagged += [each for each in _alternatives(annotation) if part in _own_words(each)]
    return tagged[0] if tagged else annotation


def _members(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    return list(get_args(annotation)) if get_origin(annotation) in (Union, UnionType) else [annotation]


def _alternatives(annotation: Any) -> list[Any]:
    """The types that an annotation stands for, without what it is annotated with."""
    if get_origin(annotation) is Annotated:
        return _alternatives(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [inner for each in get_args(annotation) for inner in _alternatives(each)]
    return [annotation]


def _own_words(annotation: Any) -> list[str]:
    """What pydantic calls a model among several: its class, or the word that its discriminating field must have."""
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return []
    literal = [
        field.annotation for field in annotation.model_fields.values() if get_origin(field.annotation) is Literal
    ]
    return [annotation.__name__, *(word for each in literal for word in get_args(each))]


def _tags(annotation: Any) -> list[str]:
    return [each.tag for each in get_args(annotation)[1:] if isinstance(each, Tag)]
