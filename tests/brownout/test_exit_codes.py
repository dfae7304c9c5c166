"""Every error that is expected has the exit code of its kind."""

import pytest

from brownout.commands.judge import OF_STATUS
from brownout.errors import InvalidUsage
from brownout.exit_codes import ExitCode, exit_code_of
from chaos.guardian import NotGuardedError
from scenarios.errors import GeneratorFailed, InvalidScenario, InvalidTarget, Problem, RunInterrupted, TargetUnavailable
from slo.errors import InvalidObjectiveError, InvalidRunError, InvalidTapeError
from slo.verdict import Status


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidUsage("--out"), 64),
        (InvalidScenario("a.yaml", [Problem("name", "", "is empty")]), 64),
        (InvalidTarget("--target", "x", "is none"), 64),
        (InvalidObjectiveError([]), 64),
        (InvalidRunError("no run"), 64),
        (InvalidTapeError("no tape"), 64),
        (TargetUnavailable("gone"), 69),
        (RunInterrupted("stopped"), 130),
        (GeneratorFailed("died"), 70),
        (NotGuardedError("alone"), 70),
        (ZeroDivisionError(), None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_has_the_exit_code_of_its_kind(error: Exception, code: int | None) -> None:
    assert exit_code_of(error) == code


def test_every_status_has_an_exit_code_and_only_met_is_0() -> None:
    assert {status: OF_STATUS[status] == ExitCode.MET for status in Status} == {
        Status.MET: True,
        Status.MISSED: False,
        Status.INCONCLUSIVE: False,
    }
