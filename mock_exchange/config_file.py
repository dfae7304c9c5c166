"""Reads a configuration file (YAML, of which JSON is a part); every error names file, path, value and rule."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from mock_exchange.config import ExchangeConfig
from mock_exchange.config_errors import first_problem
from mock_exchange.errors import ConfigError
from mock_exchange.gateway.public_keys import PEM_BEGINS
from mock_exchange.strict_yaml import RepeatedKey, read_yaml


def load_config(file: Path) -> ExchangeConfig:
    """Raises ConfigError. An empty file is the default configuration."""
    try:
        content = read_yaml(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    except RepeatedKey as error:
        raise ConfigError(f"{file}: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{file}: is nested too deeply") from error
    except (ValueError, yaml.YAMLError) as error:
        raise ConfigError(f"{file}: is not YAML: {' '.join(str(error).split())}") from error
    return parse_config(_with_keys_read({} if content is None else content, file), str(file))


def read_public_key(file: Path, source: str) -> str:
    """The text of a PEM file, whatever it holds; ``source`` is what errors call who named it. Raises ConfigError."""
    try:
        return file.read_text(encoding="ascii")
    except OSError as error:
        raise ConfigError(f"{source}: the public key {file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{source}: the public key {file} is not a PEM file") from error
    except ValueError as error:
        raise ConfigError(f"{source}: a path has no null characters") from error


def _with_keys_read(content: object, file: Path) -> object:
    """The same with every public key that is given by its path read; what is not as it should be stays as it is."""
    accounts = content.get("accounts") if isinstance(content, dict) else None
    if not isinstance(accounts, list):
        return content
    read = [_with_key_read(account, index, file) for index, account in enumerate(accounts)]
    return {**content, "accounts": read} if isinstance(content, dict) else content


def _with_key_read(account: object, index: int, file: Path) -> object:
    named = account.get("public_key") if isinstance(account, dict) else None
    if not isinstance(account, dict) or not isinstance(named, str) or named.startswith(PEM_BEGINS):
        return account
    pem = read_public_key(file.parent / named, f"{file}: accounts.{index}.public_key")
    return {**account, "public_key": pem}


def parse_config(content: object, source: str) -> ExchangeConfig:
    """``content`` as a file has it; ``source`` is what errors call it. Raises ConfigError."""
    try:
        return ExchangeConfig.model_validate(content)
    except ValidationError as error:
        raise ConfigError(f"{source}: {first_problem(error, content)}") from error
