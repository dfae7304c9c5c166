"""What the exit code of a command says. The verdict's three come first; the rest follow sysexits.h and the shell."""

from enum import IntEnum

from brownout.errors import InvalidUsage
from chaos.guardian import NotGuardedError
from scenarios.errors import InvalidScenario, InvalidTarget, RunFailed, RunInterrupted, TargetUnavailable
from slo.errors import InvalidObjectiveError, InvalidRunError, InvalidTapeError


class ExitCode(IntEnum):
    MET = 0
    MISSED = 1
    INCONCLUSIVE = 2
    USAGE = 64
    """A bad scenario, objective, tape or command line."""
    UNAVAILABLE = 69
    """The target could not be started or reached."""
    SOFTWARE = 70
    """Our own error."""
    INTERRUPTED = 130
    """Stopped by a signal, after healing."""


_OF_ERROR: dict[type[Exception], ExitCode] = {
    InvalidUsage: ExitCode.USAGE,
    InvalidScenario: ExitCode.USAGE,
    InvalidTarget: ExitCode.USAGE,
    InvalidObjectiveError: ExitCode.USAGE,
    InvalidRunError: ExitCode.USAGE,
    InvalidTapeError: ExitCode.USAGE,
    TargetUnavailable: ExitCode.UNAVAILABLE,
    RunInterrupted: ExitCode.INTERRUPTED,
    RunFailed: ExitCode.SOFTWARE,
    NotGuardedError: ExitCode.SOFTWARE,
}


def exit_code_of(error: Exception) -> ExitCode | None:
    """The code for an error that ended a command; None for one that nobody expected, a defect of ours."""
    return next((code for kind, code in _OF_ERROR.items() if isinstance(error, kind)), None)
