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


def host_and_port(option: str, given: str) -> str:
    """``HOST:PORT`` as given. Raises InvalidUsage where it is none."""
    host, _, port = given.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) <= PORT_MAX:
        raise InvalidUsage(f"{option}: {given!r} must be HOST:PORT, such as 192.0.2.1:7070")
    return given
