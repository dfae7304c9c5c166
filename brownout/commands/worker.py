"""``brownout worker``: make a part of the traffic of a run that another host leads.

``python -m brownout.commands.worker`` is this command alone, and needs nothing of what judges: it is in the image.
"""

from typing import Annotated

import typer

from brownout import __version__
from brownout.commands.options import host_and_port
from brownout.ending import run_and_exit
from scenarios.hosts.agent import Joining, work
from scenarios.hosts.consent import Consent
from scenarios.hosts.keys import JoinKeys
from scenarios.targets.ownership import OWNERSHIP_FLAG

Master = Annotated[str, typer.Option("--master", metavar="HOST:PORT", help="Where `brownout run --listen` listens.")]
Within = Annotated[
    float, typer.Option("--within", metavar="SECONDS", min=1, max=3600, help="How long to wait for it to be there.")
]
TargetUrl = Annotated[
    str | None,
    typer.Option(
        "--target",
        metavar="URL",
        help="The host beyond this one's loopback that the run may load from here; without it, none.",
    ),
]
OwnsTarget = Annotated[bool, typer.Option(OWNERSHIP_FLAG, help="Confirm that the host of --target is yours to load.")]


def command(*, master: Master, within: Within = 60.0, target: TargetUrl = None, owned: OwnsTarget = False) -> int:
    """Join a run on another host, make a part of its traffic, and send back all that was measured.

    BROWNOUT_JOIN_KEY holds the run's secret. Exits with 0 once the run wants nothing more.
    """
    joining = Joining(
        master=host_and_port("--master", master),
        keys=JoinKeys.from_environment(),
        consent=Consent.given(target, owned),
        within_s=within,
        version=__version__,
    )
    work(joining, lambda line: typer.echo(line, err=True))
    return 0


if __name__ == "__main__":
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    alone.command("worker")(command)
    run_and_exit(alone)
