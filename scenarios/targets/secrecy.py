"""What a run folder must not hold: anybody can be handed a report."""

from collections.abc import Mapping

from pydantic import JsonValue

SECRET_KEYS = frozenset({"secret", "admin_token"})
NOT_KEPT = "(not kept)"


def without_secrets(settings: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """A copy in which the value of every secret, at any depth, is left out."""
    return {key: NOT_KEPT if key in SECRET_KEYS else _cleared(value) for key, value in settings.items()}


def override_without_secrets(override: str) -> str:
    """``KEY=VALUE`` of the command line, its value left out where it names or holds a secret."""
    return f"{override.partition('=')[0]}={NOT_KEPT}" if any(key in override for key in SECRET_KEYS) else override


def _cleared(value: JsonValue) -> JsonValue:
    match value:
        case dict():
            return without_secrets(value)
        case list():
            return [_cleared(each) for each in value]
        case _:
            return value
