"""``brownout worker``: make a part of the traffic of a run that another host leads."""

from typing import Annotated

import typer

from brownout import __version__
from brownout.commands.options import OwnsTarget, host_and_port
from scenarios.hosts.keys import JoinKey
from scenarios.hosts.worker import Joining, work

Master = Annotated[str, typer.Option("--master", metavar="HOST:PORT", help="Where `brownout run --listen` listens.")]
Within = Annotated[
    float, typer.Option("--within", metavar="SECONDS", min=1, max=3600, help="How long to wait for it to be there.")
]


def command(*, master: Master, within: Within = 60.0, owned: OwnsTarget = False) -> int:
    """Join a run on another host, make a part of its traffic, and send back all that was measured.

    BROWNOUT_JOIN_KEY holds the run's secret. Exits with 0 once the run wants nothing more.
    """
    joining = Joining(
        master=host_and_port("--master", master),
        key=JoinKey.from_environment(),
        version=__version__,
        within_s=within,
        owned=owned,
        say=lambda line: typer.echo(line, err=True),
    )
    work(joining)
    return 0
