"""Reading YAML strictly, and setting single values in what was read, as ``--set KEY=VALUE`` does."""

import re
from collections.abc import Hashable
from typing import Any

import yaml
from pydantic import JsonValue

from scenarios.errors import ABSENT, Problem

_BOOLEAN = "tag:yaml.org,2002:bool"
_SURPRISES = (_BOOLEAN, "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float")


_STEPS_MAX = 32
_KEY = re.compile(r"[^.\[\]]+(?:\.[^.\[\]]+|\[[^\[\]]+\])*")


class Unreadable(Exception):
    """The text is not YAML, or not what a scenario is made of; carries the one problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


class _StrictLoader(yaml.SafeLoader):
    """YAML as people read it: ``on`` is a word, ``1:30`` is no number, dates are texts, a key stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise _unreadable(key_node.start_mark, key, "is not a text: keys are names")
            if key in seen:
                raise _unreadable(key_node.start_mark, key, "stands here a second time: keep one")
            seen.add(key)
        return super().construct_mapping(node, deep)


_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _SURPRISES]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_StrictLoader.add_implicit_resolver(_BOOLEAN, re.compile(r"^(?:true|false)$"), list("tf"))
_StrictLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9]\d*)$"), list("-0123456789"))
_StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^-?(?:0|[1-9]\d*)\.\d+(?:[eE][-+]?\d+)?$"), list("-0123456789")
)


def read_yaml(text: str) -> JsonValue:
    """The document in a text. Raises Unreadable."""
    try:
        document: JsonValue = yaml.load(text, Loader=_StrictLoader)  # noqa: S506  a SafeLoader
    except RecursionError as error:
        raise Unreadable(Problem("", ABSENT, "is nested too deeply")) from error
    except yaml.MarkedYAMLError as error:
        raise _unreadable(error.problem_mark, ABSENT, f"is not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise Unreadable(Problem("", ABSENT, f"is not YAML: {error}")) from error
    return document


def _unreadable(mark: yaml.Mark | None, value: object, rule: str) -> Unreadable:
    return Unreadable(Problem("" if mark is None else f"line {mark.line + 1}", value, rule))


def with_override(document: JsonValue, override: str) -> JsonValue:
    """``document`` with one value set by ``traffic.phases[2].open.rate=300/s``. Raises Unreadable.

    Mappings on the way are made where there are none, so that what has a default can be set; whether the key exists at
    all is for validation to say. List items must exist.
    """
    key, equals, text = override.partition("=")
    if not equals or not key.strip():
        raise Unreadable(Problem(override, ABSENT, "must be KEY=VALUE, such as traffic.deadline=500ms"))
    key = key.strip()
    try:
        value = read_yaml(text)
    except Unreadable as error:
        raise Unreadable(Problem(key, error.problem.value, error.problem.rule)) from error
    return _with_value(document, _steps(key), value, key)


def _steps(key: str) -> list[str]:
    """``a.b[2].c[order.place]`` in parts: names between dots, what stands in brackets as it is. Raises Unreadable."""
    if not _KEY.fullmatch(key):
        raise Unreadable(Problem(key, ABSENT, "is no path of names: write it as traffic.phases[2].for"))
    steps = [name or bracketed for name, bracketed in re.findall(r"([^.\[\]]+)|\[([^\]]*)\]", key)]
    if len(steps) > _STEPS_MAX:
        raise Unreadable(Problem(steps[0], ABSENT, f"is nested too deeply: nothing lies more than {_STEPS_MAX} deep"))
    return steps


def _with_value(node: JsonValue, steps: list[str], value: JsonValue, key: str) -> JsonValue:
    if not steps:
        return value
    if isinstance(node, list):
        return _with_item(node, steps, value, key)
    if node is not None and not isinstance(node, dict):
        raise Unreadable(Problem(key, node, f"has no parts, so {steps[0]!r} cannot be set in it"))
    name, rest = _longest_name(node or {}, steps)
    return {**(node or {}), name: _with_value((node or {}).get(name), rest, value, key)}


def _with_item(items: list[JsonValue], steps: list[str], value: JsonValue, key: str) -> JsonValue:
    place = next((n for n, item in enumerate(items) if str(n) == steps[0] or _name(item) == steps[0]), None)
    if place is None:
        names = [str(_name(item)) for item in items if _name(item) is not None]
        known = f"0 to {len(items) - 1}" + (f", by name {', '.join(names)}" if names else "")
        raise Unreadable(Problem(key, steps[0], f"is not an item of the list: there are {known}"))
    return [_with_value(item, steps[1:], value, key) if n == place else item for n, item in enumerate(items)]


def _name(item: JsonValue) -> JsonValue:
    return item.get("name") if isinstance(item, dict) else None


def _longest_name(mapping: dict[str, JsonValue], steps: list[str]) -> tuple[str, list[str]]:
    """A key may have dots in it (``order.place``): the longest one that exists is meant, else the first step."""
    for length in range(len(steps), 1, -1):
        if ".".join(steps[:length]) in mapping:
            return ".".join(steps[:length]), steps[length:]
    return steps[0], steps[1:]
