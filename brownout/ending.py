"""How a command ends, whichever it is: with its own exit code, or with one message and the code of its error's kind."""

import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import typer
from typer.exceptions import TyperException

from brownout.exit_codes import ExitCode, exit_code_of


def run_and_exit(app: typer.Typer, arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command of ``app``, by default that of this process's command line, and exit with its code."""
    sys.exit(_exit_code(app, arguments))


def _exit_code(app: typer.Typer, arguments: Sequence[str] | None) -> int:
    try:
        result = app(None if arguments is None else list(arguments), standalone_mode=False)
    except TyperException as error:
        typer.echo(f"brownout: {error.format_message()} See --help", err=True)
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
