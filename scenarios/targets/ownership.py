"""Who may be loaded: this host's loopback, and a host beyond it only where its owner says so twice.

The scenario file names the host and the command line confirms it. What is checked is the addresses that a name stands
for, and the traffic goes to an address that was checked: what the name stands for later is of no account.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from scenarios.errors import InvalidTarget

HTTP_PORT = 80
OWNERSHIP_FLAG = "--i-own-this-target"

Resolve = Callable[[str], Sequence[str]]
"""All IP addresses that a host name stands for. Raises OSError where there is none."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """What speaks for a host beyond the loopback. Without either, none may be loaded."""

    named: str | None = None
    """``target.url`` of the scenario file itself, whatever the command line puts in its place."""
    confirmed: bool = False
    """Whether the user said that the target is theirs."""


@dataclass(frozen=True, slots=True)
class CheckedUrl:
    """A URL that may be loaded. ``addresses``: ``host:port`` with each IP address that was checked."""

    url: str
    addresses: tuple[str, ...]
    remote: bool = False

    @property
    def netloc(self) -> str:
        """As the URL names it: what the venue is told in ``Host``."""
        return urlsplit(self.url).netloc


def addresses_of(host: str) -> list[str]:
    """What the system's resolver says."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)))


def checked_url(
    field: str, url: str, ownership: Ownership = Ownership(), resolve: Resolve = addresses_of
) -> CheckedUrl:
    """``url`` without a trailing slash, if it is plain HTTP and may be loaded. ``field`` is where it was given.

    Raises InvalidTarget otherwise: load goes to nobody who has not asked for it.
    """
    parts = _plain_http(field, url)
    host = str(parts.hostname)
    try:
        found = resolve(host)
    except (OSError, UnicodeError) as error:
        raise InvalidTarget(field, url, f"names a host without an address: {error}") from error
    remote = not (found and all(is_loopback(address) for address in found))
    if remote:
        _require_ownership(field, url, parts, ownership)
    port = parts.port or HTTP_PORT
    return CheckedUrl(url.rstrip("/"), tuple(_with_port(address, port) for address in found), remote)


def is_loopback(address: str) -> bool:
    """Whether an IP address is this host's own, and nobody else's."""
    return ipaddress.ip_address(address).is_loopback


def _plain_http(field: str, url: str) -> SplitResult:
    parts = _split(url)
    if parts is None or parts.scheme != "http" or not parts.hostname:
        raise InvalidTarget(field, url, "must be embedded, compose or a URL such as http://127.0.0.1:8080")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise InvalidTarget(field, url, "must name host and port only: the paths are the venue's")
    return parts


def _require_ownership(field: str, url: str, parts: SplitResult, ownership: Ownership) -> None:
    named = _split(ownership.named or "")
    if named is None or _host_and_port(named) != _host_and_port(parts):
        rule = "must be on this host's loopback: beyond it, only a host that the scenario file names in target.url"
        raise InvalidTarget(field, url, f"{rule} can be loaded")
    if not ownership.confirmed:
        raise InvalidTarget(field, url, f"is not on this host's loopback: if it is yours, give {OWNERSHIP_FLAG}")


def _host_and_port(parts: SplitResult) -> tuple[str | None, int]:
    return parts.hostname, parts.port or HTTP_PORT


def _split(url: str) -> SplitResult | None:
    """The parts of a URL; None where it cannot be one."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # checked on reading
    except ValueError:
        return None
    return parts


def _with_port(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
