"""The command line: which command there is."""

from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from brownout import __version__
from brownout.commands import calibrate, exchange, import_tape, judge, listing, proxy, run, worker
from brownout.ending import run_and_exit

app = typer.Typer(
    name="brownout",
    help="Measure what availability an exchange API really delivers, and what breaks it.",
    epilog="Exit codes: 0 met, 1 missed, 2 inconclusive, 64 bad input, 69 target unavailable, 70 our own error, "
    "130 interrupted.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("run")(run.command)
app.command("worker")(worker.command)
app.command("judge")(judge.command)
app.command("calibrate")(calibrate.command)
app.command("import")(import_tape.command)
app.command("exchange", context_settings=exchange.PASS_ON)(exchange.command)
app.command("proxy", context_settings=proxy.PASS_ON)(proxy.command)
app.command("scenarios")(listing.scenarios)
app.command("faults")(listing.faults)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"brownout {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    del version  # the callback has acted on it


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit with its code; every error becomes one message and the code of its kind."""
    run_and_exit(app, arguments)
