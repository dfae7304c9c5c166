"""Judges a run folder: reads it, decides, and writes the verdict and the reports into it.

The only file of the judge, besides the tape's and the reports', that reads and writes a folder. Judging again gives
the same bytes: nothing here knows the time or where the folder lies.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from slo.capacity import findings
from slo.errors import AccountingError, InvalidObjectiveError, InvalidRunError, Violation
from slo.history import RunFolder, read_stored
from slo.objectives import Objective, load_objectives
from slo.reconciliation import (
    Reconciliation,
    only_run_token,
    read_answers,
    read_ledger,
    reconcile,
    reconcile_by_answers,
)
from slo.verdict import Verdict, judge


def judge_run(folder: RunFolder, objective_files: Sequence[Path] = ()) -> Verdict:
    """Judge the run by ``objective_files``, or by its own; write ``verdict.json`` and the reports.

    Raises :class:`~slo.errors.InvalidRunError`, :class:`~slo.errors.InvalidObjectiveError` for what cannot be read
    or written, the former for stored samples that do not add up, too.
    """
    from slo.report import write_reports  # noqa: PLC0415 - slow to load, and a run needs it at its end only

    stored = read_stored(folder)
    objectives = load_all(objective_files or [folder.objectives / name for name in stored.record.objectives])
    try:
        verdict = judge(stored, objectives, _resolve(folder, stored.samples))
    except AccountingError as error:
        raise InvalidRunError(f"{folder.path}: {error}") from error
    capacity = findings(stored.record, stored.samples, stored.events)
    try:
        folder.verdict.write_text(verdict.to_json(), encoding="utf-8")
        write_reports(folder, verdict, stored, capacity)
    except OSError as error:
        raise InvalidRunError(f"{error.filename or folder.path}: cannot be written: {error.strerror}") from error
    return verdict


def load_all(files: Sequence[Path]) -> list[Objective]:
    """Objectives of all files in order. Two files must not use one name: reports tell objectives apart by it."""
    objectives = [objective for file in files for objective in load_objectives(file)]
    files_by_name: dict[str, str] = {}
    for objective in objectives:
        if objective.name in files_by_name:
            rule = f"is the name of an objective in {files_by_name[objective.name]} too; give it another"
            raise InvalidObjectiveError([Violation(objective.file, "metadata.name", repr(objective.name), rule)])
        files_by_name[objective.name] = objective.file
    return objectives


def _resolve(folder: RunFolder, samples: pl.DataFrame) -> Mapping[str, Reconciliation]:
    """What became of unknown orders: by a ledger of this run alone, or else by what the venue said of each."""
    ledger, answers = read_ledger(folder.ledger), read_answers(folder.answers)
    run_token = only_run_token(ledger) if ledger else None
    if ledger is None or run_token is None:
        return reconcile_by_answers(samples, answers)
    return reconcile(samples, ledger, run_token, answers)
