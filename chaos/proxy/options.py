"""The command line of the fault proxy."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import msgspec

from chaos.proxy.address import Address, InvalidAddressError, may_listen
from chaos.proxy.listener import ListenerOrder
from chaos.proxy.orders import MissingFieldError, listeners_configured

USAGE = 64
"""sysexits.h: EX_USAGE."""


@dataclass(frozen=True, slots=True)
class Options:
    """The command line, checked."""

    api: Address
    listeners: tuple[ListenerOrder, ...]
    allow_remote: bool
    seed: int


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {message}\n")


def read_options(arguments: Sequence[str]) -> Options:
    """Ends the process with status 64 and one line that says why when they cannot be meant."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        api = Address.parse(given.api)
        listeners = _from_command_line(given.listen, given.upstream) + _from_file(given.config)
        for address in (api, *(each.listen for each in listeners)):
            may_listen(address, given.allow_remote)
    except (InvalidAddressError, MissingFieldError, msgspec.DecodeError, OSError, ValueError) as error:
        parser.error(str(error))
    return Options(api, listeners, given.allow_remote, given.seed)


def _parser() -> _Parser:
    parser = _Parser(prog="brownout proxy", description="A proxy before an exchange that lets faults in at the wire.")
    parser.add_argument(
        "--api", default="127.0.0.1:8474", metavar="HOST:PORT", help="control API (default %(default)s)"
    )
    parser.add_argument("--listen", action="append", default=[], metavar="HOST:PORT", help="where clients connect")
    parser.add_argument("--upstream", action="append", default=[], metavar="HOST:PORT", help="where that leads")
    parser.add_argument("--config", type=Path, metavar="FILE", help="JSON list of {name, listen, upstream, enabled}")
    parser.add_argument("--allow-remote", action="store_true", help="listen on other addresses than loopback")
    parser.add_argument("--seed", type=int, default=0, help="of toxics that name none (default %(default)s)")
    return parser


def _from_command_line(listen: list[str], upstream: list[str]) -> tuple[ListenerOrder, ...]:
    if len(listen) > len(upstream):
        raise InvalidAddressError(f"--listen {listen[-1]} has no --upstream to lead to")
    listen = listen + ["127.0.0.1:0"] * (len(upstream) - len(listen))
    pairs = zip(listen, upstream, strict=True)
    return tuple(
        ListenerOrder(f"proxy-{number}", Address.parse(here), Address.parse(there))
        for number, (here, there) in enumerate(pairs, start=1)
    )


def _from_file(path: Path | None) -> tuple[ListenerOrder, ...]:
    if path is None:
        return ()
    try:
        return tuple(listeners_configured(path.read_bytes()))
    except (InvalidAddressError, MissingFieldError, msgspec.DecodeError) as error:
        raise ValueError(f"{path}: {error}") from error
