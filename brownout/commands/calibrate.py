"""``brownout calibrate``: what this machine can generate before it starts to lie."""

import json
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue

from brownout import __version__
from brownout.console import print_json, reader_may_leave
from brownout.errors import InvalidUsage
from brownout.exit_codes import ExitCode
from scenarios.calibration import FIRST_RATE_PER_S, Step, Terms, highest, measured
from scenarios.errors import RunInterrupted
from scenarios.plan import WORKERS_MAX
from scenarios.quantities import parse_duration_ns
from scenarios.run import RunSettings
from slo.history import RunFolder
from slo.verdict.wording import percent, plural

RATE_MAX = 100_000
SECONDS_MAX = 60
DEADLINE_NS_MAX = 5_000_000_000
"""When clients give up; nobody has a later deadline."""
COLUMNS = ("rate", "answered", "lag p50", "lag p99", "processor", "longest stall", "")
WIDTHS = (10, 10, 11, 11, 10, 14, 0)

Workers = Annotated[
    int, typer.Option("--workers", metavar="N", min=1, max=WORKERS_MAX, help="Calibrate so many generators together.")
]
Seconds = Annotated[
    int, typer.Option("--seconds", metavar="S", min=1, max=SECONDS_MAX, help="How long each rate is tried.")
]
RateMax = Annotated[
    int,
    typer.Option(
        "--rate-max", metavar="R", min=FIRST_RATE_PER_S, max=RATE_MAX, help="Arrivals a second not to be exceeded."
    ),
]
Deadline = Annotated[
    str,
    typer.Option(
        "--deadline", metavar="TIME", help="traffic.deadline of what is to be run: a verdict bears a lag of 5 % of it."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def command(
    *,
    workers: Workers = 1,
    seconds: Seconds = 5,
    deadline: Deadline = "1s",
    rate_max: RateMax = RATE_MAX,
    as_json: Json = False,
) -> int:
    """Find the highest rate of arrivals that a verdict would bear on this machine, and the lag at half of it.

    Real runs against a responder of this host that answers at once; nothing of them is kept. Exit code 2 where not
    even the first rate holds.
    """
    _check(deadline)
    with reader_may_leave(), tempfile.TemporaryDirectory(prefix="brownout-calibration-") as folder:
        ladder = _Ladder(Path(folder), Terms(seconds, deadline, workers), quiet=as_json)
        ladder.open()
        rate = highest(ladder.holds, FIRST_RATE_PER_S, rate_max)
        half = None if rate is None else ladder.step(rate // 2)
        if as_json:
            print_json(_as_json(rate, half, ladder))
        else:
            typer.echo("\n".join(_conclusions(rate, half, ladder)))
    return ExitCode.INCONCLUSIVE if rate is None else ExitCode.MET


def _check(deadline: str) -> None:
    try:
        if parse_duration_ns(deadline) > DEADLINE_NS_MAX:
            raise ValueError(f"must be at most {DEADLINE_NS_MAX // 10**9}s, when clients give up")
    except ValueError as error:
        raise InvalidUsage(f"--deadline: {deadline!r} {error}") from error


@dataclass
class _Ladder:
    """Measures steps and shows each when it is done."""

    folder: Path
    terms: Terms
    quiet: bool
    steps: list[Step] = field(default_factory=list)

    def open(self) -> None:
        if not self.quiet:
            typer.echo(f"{plural(self.terms.workers, 'generator')}, {self.terms.seconds} s at each rate:")
            typer.echo(_line(COLUMNS))

    def holds(self, rate_per_s: int) -> bool:
        return self.step(rate_per_s).holds

    def step(self, rate_per_s: int) -> Step:
        settings = RunSettings(
            folder=RunFolder(self.folder / f"step-{len(self.steps)}"),
            run_token=secrets.token_hex(4),
            started_at="",
            command=(),
            version=__version__,
            host={},
        )
        try:
            step = measured(rate_per_s, self.terms, settings)
        except RunInterrupted as interrupted:  # its message names a folder that goes now
            raise RunInterrupted("interrupted; nothing of a calibration is kept") from interrupted
        self.steps.append(step)
        if not self.quiet:
            typer.echo(_line(_cells(step)))
        return step


def _line(cells: Sequence[str]) -> str:
    return " ".join(cell.rjust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


def _cells(step: Step) -> list[str]:
    generator = step.generator
    return [
        f"{step.rate_per_s:,}/s",
        percent(step.answered / step.scheduled) if step.scheduled else "-",
        _ms(generator.lag_ms_p50),
        _ms(generator.lag_ms_p99),
        "-" if generator.busy_share_max is None else f"{generator.busy_share_max:.0%}",
        _ms(generator.stall_ms_max),
        "holds" if step.holds else ", ".join(reason.kind.value for reason in step.reasons),
    ]


def _ms(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:,.2f} ms"


def _conclusions(rate: int | None, half: Step | None, ladder: _Ladder) -> list[str]:
    failed, terms = _lowest_failed(ladder.steps), ladder.terms
    if rate is None or half is None:
        return [f"Not even {FIRST_RATE_PER_S:,}/s hold.", *_reasons(failed)]
    made_by, lag = plural(terms.workers, "generator"), half.generator
    return [
        f"With {made_by} and a deadline of {terms.deadline}, a verdict can be believed up to {rate:,} arrivals/s.",
        *(_reasons(failed) or ["That was the highest rate to be tried; the machine may do more."]),
        f"At half of it, {half.rate_per_s:,}/s: lag p50 {_ms(lag.lag_ms_p50)}, p99 {_ms(lag.lag_ms_p99)}.",
    ]


def _reasons(failed: Step | None) -> list[str]:
    if failed is None:
        return []
    if failed.responder_was_full:
        return [f"At {failed.rate_per_s:,}/s the responder had no processor to spare: the generator may do more."]
    return [f"At {failed.rate_per_s:,}/s: {reason.message}" for reason in failed.reasons]


def _lowest_failed(steps: Sequence[Step]) -> Step | None:
    held = {step.rate_per_s for step in steps if step.holds}
    failed = [step for step in steps if not step.holds and step.rate_per_s not in held]
    return min(failed, key=lambda step: step.rate_per_s, default=None)


def _as_json(rate: int | None, half: Step | None, ladder: _Ladder) -> str:
    document: dict[str, JsonValue] = {
        **asdict(ladder.terms),
        "rate_per_s_max": rate,
        "lag_ms_p99_at_half": None if half is None else half.generator.lag_ms_p99,
        "steps": [_step_as_json(step) for step in ladder.steps],
    }
    return json.dumps(document, indent=2) + "\n"


def _step_as_json(step: Step) -> JsonValue:
    return {
        "rate_per_s": step.rate_per_s,
        "scheduled": step.scheduled,
        "answered": step.answered,
        "holds": step.holds,
        "responder_busy_share": step.responder_busy_share,
        "generator": step.generator.model_dump(mode="json"),
        "reasons": [reason.model_dump(mode="json") for reason in step.reasons],
    }
