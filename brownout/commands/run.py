"""``brownout run``: run a scenario, judge it, report it."""

import datetime
import os
import platform
import secrets
from pathlib import Path
from typing import Annotated

import typer

from brownout import __version__
from brownout.commands.judge import Json, ReportOnly, judge_and_print
from brownout.commands.options import OwnsTarget, host_and_port
from brownout.errors import InvalidUsage
from brownout.exchange_check import scenario_problems
from brownout.progress import RunProgress
from chaos.kinds import Seam
from scenarios.client.ccxt_venue import require_known
from scenarios.errors import InvalidTarget
from scenarios.hosts.gathering import Listening
from scenarios.hosts.keys import JoinKeys
from scenarios.model import Scenario, StopWhen, find_scenario, load_scenario, named_url
from scenarios.plan import WORKERS_MAX, Plan, plan
from scenarios.run import RunSettings, run_scenario
from scenarios.stopping import check_reachable
from scenarios.targets import Target
from scenarios.targets.compose import ComposeTarget
from scenarios.targets.embedded import EmbeddedTarget
from scenarios.targets.ownership import OWNERSHIP_FLAG, Ownership, checked_url
from scenarios.targets.secrecy import override_without_secrets
from scenarios.targets.url import UrlTarget, account_from_environment
from slo.history import RunFolder
from slo.judging import load_all

JOIN_SECONDS = 60.0

ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Name from `brownout scenarios`, or path of a scenario file.")
]
TargetName = Annotated[
    str | None,
    typer.Option(
        "--target",
        metavar="embedded|compose|URL",
        help="What to drive instead of the scenario's own target. A URL is http:// and on this host's loopback; "
        "BROWNOUT_KEY and BROWNOUT_SECRET hold its account.",
    ),
]
Seed = Annotated[int | None, typer.Option("--seed", metavar="N", help="What every random choice follows from.")]
Overrides = Annotated[
    list[str],
    typer.Option("--set", metavar="KEY=VALUE", help="Override a setting, such as traffic.deadline=500ms; repeatable."),
]
Workers = Annotated[
    int,
    typer.Option(
        "--workers",
        metavar="N",
        min=1,
        max=WORKERS_MAX,
        help="How many processes make the traffic, of this host or, with --listen, of others; together they make what "
        "one would, up to what one can.",
    ),
]
Listen = Annotated[
    str | None,
    typer.Option(
        "--listen",
        metavar="HOST:PORT",
        help="Have the --workers join from other hosts (`brownout worker`) instead of starting them here; "
        "BROWNOUT_JOIN_KEY holds a secret that all of them know.",
    ),
]
JoinWithin = Annotated[
    float | None,
    typer.Option("--join-within", metavar="SECONDS", min=1, max=3600, help="How long to wait for them; 60 by default."),
]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Run folder to make; by default below runs/.")]


def command(
    scenario: ScenarioName,
    *,
    target: TargetName = None,
    owned: OwnsTarget = False,
    seed: Seed = None,
    workers: Workers = 1,
    listen: Listen = None,
    join_within: JoinWithin = None,
    overrides: Overrides = [],  # noqa: B006  Typer needs a list
    out: Out = None,
    json: Json = False,
    report_only: ReportOnly = False,
) -> int:
    """Run a scenario, judge what came back and write the reports; the exit code is the verdict's."""
    listening = _listening(listen, join_within)
    loaded = load_scenario(scenario, overrides, seed, scenario_problems)
    objectives = load_all(loaded.objective_files)  # so that a broken one is refused before anything starts
    check_reachable(str(find_scenario(scenario)), loaded, objectives)
    _check_each_has_work(workers, loaded)
    if loaded.traffic.ccxt is not None:
        require_known(loaded.traffic.ccxt)
    planned = plan(loaded, workers)
    driven = chosen_target(planned, target, Ownership(named_url(scenario), owned))
    started = datetime.datetime.now(datetime.UTC)
    folder = _new_folder(out, loaded, started)
    settings = RunSettings(
        folder=folder,
        run_token=secrets.token_hex(4),
        started_at=started.isoformat(timespec="milliseconds"),
        command=_repeating(
            scenario, _chosen(target, owned), loaded.seed, _shared(workers, listen, join_within), overrides
        ),
        version=__version__,
        host=_host(),
        objectives=tuple(objectives),
        listening=listening,
    )
    with RunProgress() as progress:
        run_scenario(planned, driven, settings, progress)
    return judge_and_print(folder, [], json=json, report_only=report_only)


def _listening(listen: str | None, join_within: float | None) -> Listening | None:
    if listen is None:
        if join_within is not None:
            raise InvalidUsage(
                f"--join-within: {join_within:g} needs --listen: workers of this host are started at once"
            )
        return None
    address = host_and_port("--listen", listen, port_min=0)  # 0: one that is free, which the events tell
    return Listening(address, JoinKeys.from_environment(), join_within or JOIN_SECONDS, __version__)


def _check_each_has_work(workers: int, scenario: Scenario) -> None:
    traffic = scenario.traffic
    for name, bound in (("in_flight_max", traffic.in_flight_max), ("connections_max", traffic.connections_max)):
        if bound is not None and workers > bound:
            rule = f"is more than traffic.{name}, {bound}, which they share: a worker could send nothing"
            raise InvalidUsage(f"--workers: {workers} {rule}; use fewer workers or raise it")


def chosen_target(planned: Plan, name: str | None, ownership: Ownership = Ownership()) -> Target:  # noqa: B008  frozen
    """The target that the command line names, or the scenario's. Raises InvalidTarget where faults cannot reach it,
    and where it is not ours to load.
    """
    written = planned.scenario.target
    match name or written.url or written.kind:
        case "embedded":
            return EmbeddedTarget(written.exchange, planned.workers)
        case "compose":
            return ComposeTarget(written.exchange)
        case url:
            return _url_target(planned, "--target" if name else "target.url", url, ownership)


def _url_target(planned: Plan, field: str, url: str, ownership: Ownership) -> UrlTarget:
    checked = checked_url(field, url, ownership)
    if checked.remote and not isinstance(planned.scenario.stop_when, StopWhen):
        rule = "needs a limit where the target is not on this host: {burn_rate: ..., over: ...}"
        raise InvalidTarget("stop_when", planned.scenario.stop_when, rule)
    for record in planned.fault_records():
        if record.seam == Seam.PROCESS:
            rule = f"is no target for fault {record.id}: its process is not ours to stop; use embedded or compose"
            raise InvalidTarget(field, url, rule)
        if record.seam == Seam.MEANING:
            rule = f"is no target for fault {record.id}: only our own exchange has it; use embedded or compose"
            raise InvalidTarget(field, url, rule)
    through_proxy = any(record.seam == Seam.WIRE for record in planned.fault_records())
    venue = planned.scenario.target.venue
    return UrlTarget(checked, account_from_environment(venue), venue, through_proxy, planned.workers)


def _new_folder(out: Path | None, scenario: Scenario, started: datetime.datetime) -> RunFolder:
    path = out or Path("runs") / f"{scenario.name}-{started:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise InvalidUsage(f"--out: {path} exists and is not empty: a run never overwrites another; name a new folder")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidUsage(f"--out: {path} cannot be made: {error.strerror}; name a folder that can be") from error
    return RunFolder(path)


def _chosen(target: str | None, owned: bool) -> list[str]:
    return [*(["--target", target] if target else []), *([OWNERSHIP_FLAG] if owned else [])]


def _shared(workers: int, listen: str | None, join_within: float | None) -> list[str]:
    patience = ["--join-within", f"{join_within:g}"] if join_within is not None else []
    joining = ["--listen", listen, *patience] if listen else []
    return ["--workers", str(workers), *joining] if workers > 1 or listen else []


def _repeating(scenario: str, chosen: list[str], seed: int, shared: list[str], overrides: list[str]) -> tuple[str, ...]:
    """The command line that repeats the run, with the seed that it had."""
    settings = [word for override in overrides for word in ("--set", override_without_secrets(override))]
    return ("brownout", "run", scenario, *chosen, "--seed", str(seed), *shared, *settings)


def _host() -> dict[str, str | int]:
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processors": os.cpu_count() or 0,
    }
