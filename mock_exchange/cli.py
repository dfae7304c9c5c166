"""The command line of ``python -m mock_exchange``; brownout's own uses the same pieces."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from mock_exchange.config import AccountConfig, ExchangeConfig
from mock_exchange.config_file import load_config, parse_config, read_public_key
from mock_exchange.durable.journal import SyncPolicy
from mock_exchange.durable.settings import folder_path
from mock_exchange.errors import ConfigError
from mock_exchange.limits.settings import RateLimits
from mock_exchange.ports import Ports
from mock_exchange.serving import EXIT_USAGE, serve

PORT_MAX = 65535
_PEM_SUFFIX = ".pem"
"""What a secret does not end with, and the file of a public key does."""


def configured(
    file: Path | None,
    keys: Sequence[str],
    seed: int | None,
    *,
    rate_limits: str | None = None,
    durable: Mapping[str, object] | None = None,
    admin_token: str | None = None,
) -> ExchangeConfig:
    """The file's configuration (or the default one), changed as the command line says. Raises ConfigError."""
    config = load_config(file) if file is not None else ExchangeConfig()
    accounts = [account.model_dump() for account in (*config.accounts, *(_parse_key(text) for text in keys))]
    content = config.model_dump() | {"accounts": accounts} | _given({"seed": seed, "admin_token": admin_token})
    if rate_limits is not None:
        content["rate_limits"] = _rate_limits(config, rate_limits).model_dump()
    content["durable"] |= _given(durable or {})
    _refuse_idle_sync(config, file, content["durable"], is_asked="sync" in _given(durable or {}))
    return parse_config(content, "command line")


def _given(options: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in options.items() if value is not None}


def _refuse_idle_sync(
    config: ExchangeConfig, file: Path | None, durable: Mapping[str, object], *, is_asked: bool
) -> None:
    """Who says what an acknowledgement waits for expects that something is kept."""
    if durable["data"] is not None:
        return
    if is_asked:
        raise ConfigError("--sync: needs --data, without which nothing is kept")
    if "sync" in config.durable.model_fields_set:
        raise ConfigError(
            f"{file}: durable.sync: {config.durable.sync.value!r}: needs durable.data, or --data, without which "
            "nothing is kept"
        )


def _rate_limits(config: ExchangeConfig, word: str) -> RateLimits:
    """The venue's figures in place of the file's, or the file's out of force."""
    if word == "off":
        return config.rate_limits.model_copy(update={"enabled": False})
    return RateLimits(enabled=True, trust_forwarded_for=config.rate_limits.trust_forwarded_for)


def _parse_key(text: str) -> AccountConfig:
    key, colon, secret = text.partition(":")
    if not (key and colon and secret):
        raise ConfigError("--key: a key is given as KEY:SECRET or KEY:FILE.pem, neither part empty")
    account = {"key": key, "secret": secret}
    if secret.endswith(_PEM_SUFFIX):
        account = {"key": key, "public_key": read_public_key(Path(secret), f"--key {key}")}
    return parse_config({"accounts": [account]}, "--key").accounts[0]


def _port(text: str) -> int:
    """Beyond 65535 the system would take the port modulo 65536, without a word."""
    if not text.isascii() or not text.isdigit() or int(text) > PORT_MAX:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: a number from 0 to {PORT_MAX}")
    return int(text)


def _folder(text: str) -> Path:
    """``--data "$UNSET"`` would otherwise serve from the current folder."""
    try:
        return folder_path(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_USAGE, f"{self.prog}: {message}; --help lists the options\n")


def _parser(program: str) -> argparse.ArgumentParser:
    parser = _Parser(prog=program, description="A finite, honest exchange that speaks Binance Spot.")
    defaults = Ports()
    parser.add_argument("--host", default=defaults.host, help="address to listen on (%(default)s)")
    parser.add_argument("--rest-port", type=_port, default=defaults.rest, help="0: any free port (%(default)s)")
    parser.add_argument("--ws-port", type=_port, default=defaults.ws, help="streams, WebSocket API (%(default)s)")
    parser.add_argument("--admin-port", type=_port, default=defaults.admin, help="/health, /truth (%(default)s)")
    parser.add_argument("--metrics-port", type=_port, default=defaults.metrics, help="/metrics (%(default)s)")
    parser.add_argument("--config", type=Path, metavar="FILE", help="YAML or JSON; without it, the defaults")
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="KEY:SECRET",
        help="add a funded account, or KEY:FILE.pem with an RSA or Ed25519 public key; can be repeated",
    )
    parser.add_argument(
        "--admin-token",
        metavar="TOKEN",
        help="opens /truth, /stages and /status on the admin port; other users of this host can see the arguments of a "
        "process, but not a file's admin_token, which is the other way",
    )
    parser.add_argument("--seed", type=int, help="of the market, the service times and generated ids")
    parser.add_argument(
        "--rate-limits",
        choices=("off", "venue"),
        help="venue: the venue's request weights, order counts and bans, from which clients are free by default",
    )
    parser.add_argument(
        "--data", type=_folder, metavar="DIR", help="keep everything here, and go on with what is there"
    )
    parser.add_argument(
        "--sync", choices=list(SyncPolicy), help="what an acknowledgement waits for, with --data (group)"
    )
    parser.add_argument("--allow-remote", action="store_true", help="serve other than loopback addresses")
    return parser


def main(arguments: Sequence[str] | None = None, program: str = "mock_exchange") -> int:
    """Returns the exit code: 0, 64 (usage, configuration, data), 69 (address or folder taken), 70 (journal).

    ``program`` is what usage and errors call it: the command that was typed.
    """
    options = _parser(program).parse_args(arguments)
    ports = Ports(options.host, options.rest_port, options.ws_port, options.admin_port, options.metrics_port)
    try:
        config = configured(
            options.config,
            options.key,
            options.seed,
            rate_limits=options.rate_limits,
            durable={"data": options.data, "sync": options.sync},
            admin_token=options.admin_token,
        )
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_USAGE
    return serve(config, ports, allow_remote=options.allow_remote)
