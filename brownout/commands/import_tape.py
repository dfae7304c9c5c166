"""``brownout import``: a recorded trade tape becomes a run that can be judged."""

from pathlib import Path
from typing import Annotated

import typer

from slo.history import RunFolder
from slo.tape import import_tape

Tape = Annotated[Path, typer.Argument(metavar="TAPE", help="Trades in Tardis layout, .csv or .csv.gz.")]
Out = Annotated[Path, typer.Option("--out", metavar="RUN", help="Run folder to make.")]


def command(tape: Tape, out: Out) -> int:
    """Read a recorded feed: each trade is due when the venue says it happened and done when the recorder had it."""
    record = import_tape(tape, RunFolder(out))
    typer.echo(f"{record.scheduled:,} trades imported into {out}; judge them with: brownout judge {out}")
    return 0
