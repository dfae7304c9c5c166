"""Options that several commands have."""

from typing import Annotated

import typer

from brownout.errors import InvalidUsage
from scenarios.targets.ownership import OWNERSHIP_FLAG

PORT_MAX = 65_535

OwnsTarget = Annotated[
    bool,
    typer.Option(
        OWNERSHIP_FLAG,
        help="Confirm that the host is yours to load: one beyond this one's loopback, which the scenario file names in "
        "target.url.",
    ),
]


def host_and_port(option: str, given: str, port_min: int = 1) -> str:
    """``HOST:PORT`` as given, an IPv6 host in brackets. Raises InvalidUsage where it is none."""
    host, _, port = given.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    ambiguous = ":" in host and not bracketed
    if not host or ambiguous or not port.isdecimal() or not port_min <= int(port) <= PORT_MAX:
        raise InvalidUsage(f"{option}: {given!r} must be HOST:PORT, such as 192.0.2.1:7070")
    return given
