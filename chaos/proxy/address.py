"""Where to listen and where to connect: HOST:PORT."""

import ipaddress
from typing import NamedTuple, Self


class InvalidAddressError(ValueError):
    """An address that cannot be meant, or may not be listened on."""


class Address(NamedTuple):
    """``port`` 0 means any free one, for listening."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises InvalidAddressError. An IPv6 address stands in brackets; no host means 127.0.0.1."""
        host, colon, port = text.rpartition(":")
        if not colon or not port.isdigit() or int(port) > 65_535:
            raise InvalidAddressError(f"{text!r} is no address: write HOST:PORT, with a port from 0 to 65535")
        return cls(host.strip("[]") or "127.0.0.1", int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def may_listen(address: Address, allow_remote: bool) -> None:
    """Raises InvalidAddressError for an address that others could reach, unless that is allowed."""
    if not address.loopback and not allow_remote:
        raise InvalidAddressError(f"{address} is not a loopback address: give --allow-remote to listen on it")
