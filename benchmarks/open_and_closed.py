"""``python -m benchmarks.open_and_closed``: what an open loop measures of a stall, and what a closed one makes of it.

Two venues whose truth is computed by hand (`benchmarks/servers/stalling.py`). The first serves 4,000 orders a second
and stands still for 1.4 s while 2,000 a second are due, as in the example of wrk2's documentation. The second is gone
for 6 s of 60 s, and its clients wait 0.5 s. Writes `results/open_and_closed.json` and the pictures of
`docs/open-loop.md`.
"""

import argparse
import json
import math
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import altair as alt
import polars as pl
import vl_convert

from benchmarks.clients.pace import PER_USER_PER_S, TIMEOUT_S
from benchmarks.cores import ROOT, CannotMeasure, pinned, serving, two_cores
from benchmarks.results import FOLDER, commit, host
from benchmarks.signed_orders import Account
from scenarios.model import Rate
from scenarios.plan import ApiKey, GeneratorPlan, PlannedOpen
from slo.history import Operation, Outcome, read_samples, with_derived_columns
from slo.report.bins import Row
from slo.report.charts.layers import rows
from slo.report.charts.theme import FIRST, INK, PAGE, SECOND, Theme, coloured

PICTURES = ROOT / "docs" / "pictures"
NS_PER_S = 1_000_000_000
MS_PER_S = 1_000
PERCENTILES = (0.5, 0.9, 0.95, 0.97, 0.99, 0.999, 1.0)


@dataclass(frozen=True, slots=True)
class Case:
    """Seconds. Orders are due at a constant rate; the venue stalls once, and serves so many a second otherwise."""

    rate_per_s: int
    length_s: float
    service_per_s: float
    stall_after_s: float
    stall_s: float
    timeout_s: float
    connections: int | None = None

    def exact_response_s(self, share: float) -> float:
        """The percentile that users felt. Who is due u after the stall began is answered once it is over and all who
        were due before have been served: stall - u (1 - rate / service rate) later. The earliest wait longest.
        """
        later_than = (1 - share) * self.length_s  # the rank counted from the longest, in seconds of arrivals
        catching_up = 1 - self.rate_per_s / self.service_per_s
        return max(1 / self.service_per_s, self.stall_s - later_than * catching_up)

    @property
    def exact_availability(self) -> float:
        """Of orders that are given up after the timeout: lost is who was due until that long before the stall's end."""
        return 1 - (self.stall_s - self.timeout_s) / self.length_s


WRK2 = Case(
    rate_per_s=2_000, length_s=30, service_per_s=4_000, stall_after_s=10, stall_s=1.4, timeout_s=10, connections=100
)
BLACK_HOLE = Case(
    rate_per_s=1_000, length_s=60, service_per_s=math.inf, stall_after_s=20, stall_s=6, timeout_s=TIMEOUT_S
)


def open_loop(case: Case) -> pl.DataFrame:
    """Our generator's samples, latencies included. Raises CannotMeasure."""
    with TemporaryDirectory() as name, _venue(case, Path(name)) as venue:
        plan = _plan(case, venue["rest"], Path(name))
        file = Path(name, "plan.json")
        file.write_text(plan.model_dump_json(), encoding="utf-8")
        _run([sys.executable, "-m", "scenarios.generator", str(file)])
        return with_derived_columns(read_samples(Path(plan.samples_dir)), [each.record() for each in plan.phases])


def closed_loop(case: Case) -> dict[str, int]:
    """Locust's own count of requests and failures, at the same rate as far as it gets. Raises CannotMeasure."""
    users = str(case.rate_per_s // PER_USER_PER_S)
    user_file = ROOT / "benchmarks" / "clients" / "paced_user.py"
    with TemporaryDirectory() as name, _venue(case, Path(name)) as venue:
        locust = [
            sys.executable,
            "-m",
            "locust",
            "-f",
            str(user_file),
            "--headless",
            "--json",
            "--exit-code-on-error",
            "0",
        ]
        given = ["--users", users, "--spawn-rate", users, "--run-time", f"{case.length_s:g}s", "--stop-timeout", "2"]
        (told,) = json.loads(_run([*locust, *given, "--host", venue["rest"]]))
        return {"requests": told["num_requests"], "failures": told["num_failures"]}


def percentiles(samples: pl.DataFrame, column: str) -> dict[float, float]:
    """Share -> seconds, by nearest rank."""
    longest_last = samples[column].drop_nulls().sort()
    return {share: longest_last[math.ceil(share * longest_last.len()) - 1] / MS_PER_S for share in PERCENTILES}


def availability(samples: pl.DataFrame) -> float:
    return samples.filter(pl.col("outcome") == Outcome.OK.value).height / samples.height


def _venue(case: Case, folder: Path) -> AbstractContextManager[dict[str, Any]]:
    stall = ["--stall-after", f"{case.stall_after_s:g}", "--stall", f"{case.stall_s:g}"]
    command = [
        sys.executable,
        "-m",
        "benchmarks.servers.stalling",
        "--service-us",
        f"{1e6 / case.service_per_s:g}",
        *stall,
    ]
    return serving(two_cores().serving, command, folder / "venue.log")


def _plan(case: Case, url: str, folder: Path) -> GeneratorPlan:
    account = Account()
    end_ns = round(case.length_s * NS_PER_S)
    rate = Rate.parse(f"{case.rate_per_s}/s")
    return GeneratorPlan(
        base_url=url,
        venue="stalling",
        seed=1,
        epoch_monotonic_ns=time.monotonic_ns() + 3 * NS_PER_S,
        mix={Operation.ORDER_PLACE: 1},
        symbols={"BTCUSDT": 1},
        keys=[ApiKey(key=account.key, secret=account.secret)],
        phases=[PlannedOpen(name="open", start_ns=0, end_ns=end_ns, rate=rate, arrivals="constant")],
        timeout_ms=case.timeout_s * MS_PER_S,
        deadline_ms=case.timeout_s * MS_PER_S,
        in_flight_max=10_000,
        connections_max=case.connections,
        samples_dir=str(folder / "samples"),
        run_token="open",
    )


def _run(command: Sequence[str]) -> str:
    """What it printed; it runs on the core of the load."""
    done = subprocess.run(
        pinned(two_cores().loading, command), cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode:
        raise CannotMeasure(f"{command[2]} ended with {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def main(arguments: Sequence[str]) -> int:
    argparse.ArgumentParser(prog="python -m benchmarks.open_and_closed", description=__doc__).parse_args(arguments)
    stalled = open_loop(WRK2)
    felt, claimed = percentiles(stalled, "response_ms"), percentiles(stalled, "service_ms")
    stall = [
        {
            "percentile": f"{share:.1%}",
            "exact_s": WRK2.exact_response_s(share),
            "response_s": felt[share],
            "service_s": claimed[share],
        }
        for share in PERCENTILES
    ]
    gone, closed = open_loop(BLACK_HOLE), closed_loop(BLACK_HOLE)
    shares = {
        "exact": BLACK_HOLE.exact_availability,
        "open loop": availability(gone),
        "closed loop": 1 - closed["failures"] / closed["requests"],
    }
    for row in stall:
        print(row)
    print(shares, closed, gone.height)
    content = {
        "name": "open_and_closed", "commit": commit(), "host": host(), "stall": stall, "outage": shares,
        "outage_requests": {"open loop": gone.height, "closed loop": closed["requests"]},
    }  # fmt: skip
    FOLDER.joinpath("open_and_closed.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    for theme in Theme:
        draw(stall, shares, theme)
    return 0


def draw(stall: Sequence[dict[str, Any]], shares: dict[str, float], theme: Theme) -> None:
    """Both findings in one picture."""
    both = alt.hconcat(_stall(stall), _outage(shares), spacing=40).resolve_scale(color="independent")
    chart = {**both.to_dict(), "background": PAGE.reference}
    svg = vl_convert.vegalite_to_svg(coloured(chart, theme))
    PICTURES.joinpath(f"open-loop-{theme}.svg").write_text(svg + "\n", encoding="utf-8")


def _stall(stall: Sequence[dict[str, Any]]) -> Any:
    names = {
        "exact_s": "exact, by hand",
        "response_s": "response time, measured",
        "service_s": "service time, measured",
    }
    told: list[Row] = [
        {"percentile": row["percentile"], "what": title, "ms": row[key] * MS_PER_S}
        for row in stall
        for key, title in names.items()
    ]
    colours = alt.Scale(domain=list(names.values()), range=[INK.reference, FIRST.reference, SECOND.reference])
    base = alt.Chart(rows(told), width=420, height=240, title="A stall of 1.4 s in 30 s, 2,000 orders a second")
    where = {
        "x": alt.X("percentile:N", sort=None, title="percentile", axis=alt.Axis(labelAngle=0)),
        "y": alt.Y("ms:Q", scale=alt.Scale(type="log"), title="ms"),
    }
    measured = alt.datum.what != "exact, by hand"
    line = (
        base.transform_filter(measured).mark_line(point=True).encode(**where, color=alt.Color("what:N", scale=colours))
    )
    exact = base.transform_filter(~measured).mark_point(shape="cross", size=90, filled=False)
    return alt.layer(line, exact.encode(**where, color=alt.Color("what:N", scale=colours)))


def _outage(shares: dict[str, float]) -> Any:
    told: list[Row] = [{"what": what, "percent": 100 * share, "text": f"{share:.2%}"} for what, share in shares.items()]
    base = alt.Chart(rows(told), width=260, height=240, title="Gone for 6 s of 60 s, clients wait 0.5 s")
    x = alt.X("percent:Q", scale=alt.Scale(domain=[85, 100], zero=False), title="availability (%)")
    y = alt.Y("what:N", sort=None, title=None)
    colour = alt.Color("what:N", legend=None, scale=alt.Scale(
        domain=list(shares), range=[INK.reference, FIRST.reference, SECOND.reference]))  # fmt: skip
    points = base.mark_point(size=140, opacity=1).encode(x=x, y=y, color=colour)
    return alt.layer(points, base.mark_text(dy=-16, fontWeight="bold").encode(x=x, y=y, text="text:N", color=colour))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
