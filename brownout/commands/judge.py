"""``brownout judge``: judge a run again, by its own objectives or others."""

from pathlib import Path
from typing import Annotated

import typer

from brownout.console import print_json, print_verdict, reader_may_leave
from brownout.exit_codes import ExitCode
from slo.history import RunFolder
from slo.judging import judge_run
from slo.verdict import Status

RunPath = Annotated[
    Path, typer.Argument(metavar="RUN", help="Run folder, as `brownout run` or `brownout import` left it.")
]
Objectives = Annotated[
    list[Path],
    typer.Option("--objectives", metavar="FILE", help="OpenSLO file to judge by instead of the run's own; repeatable."),
]
Json = Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")]
ReportOnly = Annotated[bool, typer.Option("--report-only", help="Exit with 0 whatever the verdict.")]

OF_STATUS = {
    Status.MET: ExitCode.MET,
    Status.MISSED: ExitCode.MISSED,
    Status.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
}


def command(run: RunPath, *, objectives: Objectives = [], json: Json = False, report_only: ReportOnly = False) -> int:  # noqa: B006  Typer needs a list
    """Judge a run folder and write its reports again; the same folder gives the same bytes."""
    return judge_and_print(RunFolder(run), objectives, json=json, report_only=report_only)


def judge_and_print(folder: RunFolder, objectives: list[Path], *, json: bool, report_only: bool) -> int:
    """Judge, print, and give the exit code."""
    verdict = judge_run(folder, objectives)
    with reader_may_leave():
        if json:
            print_json(verdict.to_json())
        else:
            print_verdict(verdict, folder)
    return ExitCode.MET if report_only else OF_STATUS[verdict.status]
