"""The command line: which command there is, and which exit code each way of ending has."""

import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from brownout import __version__
from brownout.commands import calibrate, exchange, import_tape, judge, listing, proxy, run, worker
from brownout.exit_codes import ExitCode, exit_code_of

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
    sys.exit(_exit_code(arguments))


def _exit_code(arguments: Sequence[str] | None) -> int:
    try:
        result = app(None if arguments is None else list(arguments), standalone_mode=False)
    except TyperException as error:
        typer.echo(f"brownout: {error.format_message()} See: brownout --help", err=True)
        return ExitCode.USAGE
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("brownout: interrupted", err=True)
        return ExitCode.INTERRUPTED
    except Exception as error:  # the last place where it can still become a message and a code
        return _report(error)
    return int(result or 0)


def _report(error: Exception) -> ExitCode:
    code = exit_code_of(error)
    if code is None:
        traceback.print_exception(error)
        typer.echo("This is an error of brownout's own; please report it with the lines above.", err=True)
        return ExitCode.SOFTWARE
    typer.echo(f"brownout: {error}", err=True)
    return code
