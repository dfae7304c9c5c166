"""Reads a configuration file (YAML, of which JSON is a part); every error names file, path, value and rule."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from mock_exchange.config import ExchangeConfig
from mock_exchange.errors import ConfigError


def load_config(file: Path) -> ExchangeConfig:
    """Raises ConfigError. An empty file is the default configuration."""
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{file}: is not YAML: {' '.join(str(error).split())}") from error
    return parse_config({} if content is None else content, str(file))


def parse_config(content: object, source: str) -> ExchangeConfig:
    """``content`` as a file has it; ``source`` is what errors call it. Raises ConfigError."""
    try:
        return ExchangeConfig.model_validate(content)
    except ValidationError as error:
        raise ConfigError(f"{source}: {_first_of(error)}") from error


def _first_of(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    path = ".".join(str(part) for part in first["loc"])
    rule = first["msg"].removeprefix("Value error, ")
    if not path:
        return rule
    if first["type"] == "extra_forbidden":
        return f"{path}: is not a setting"
    return f"{path}: {first['input']!r}: {rule}"
