"""Our users under plain Locust, a master and two workers: its figures and ours are of the same arrivals."""

import contextlib
import csv
import io
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.plain_locust import answers, asked, ended, exchange, free_port, locust, statistics
from tests.end_to_end.waiting import wait_until

pytestmark = pytest.mark.slow

OPERATIONS = {"order.place", "order.cancel", "order.query", "book.read", "account.read"}
QUANTILES = {
    "p50": "median_response_time",
    "p95": "response_time_percentile_0.95",
    "p99": "response_time_percentile_0.99",
}
LOCUST_ROUNDS = 0.06
"""To two digits above 100 ms (locust/stats.py, StatsEntry.log), so by up to 5 %; the rest is our own error."""
LOCUST_ROUNDS_MS = 1.0
"""To whole milliseconds below 100 ms; a quantile may also fall on the value next to it."""

ROUNDED_S = 0.1


@dataclass
class Cluster:
    url: str
    target: str
    workers: dict[str, Any]
    csv_prefix: Path

    def start(self, users: int) -> None:
        asked(f"{self.url}/swarm", user_count=str(users), spawn_rate=str(users), host=self.target)

    def stop(self) -> dict[str, Any]:
        """The last figures, when all workers have told theirs."""
        asked(f"{self.url}/stop", now="yes")
        wait_until(lambda: statistics(self.url)["state"] == "stopped", "the end of the test")
        ended_s, told = time.monotonic(), {}

        def complete() -> bool:
            """Every worker has reported since, and Locust, which answers for 2 s with what it said before, shows it."""
            since_s = time.monotonic() - ended_s - ROUNDED_S
            told.update(statistics(self.url))
            ours = told["tables"]["response-and-service"]["Aggregated"]["arrivals"]
            heard = all((row["heard_s_ago"] or 0) < since_s for row in told["tables"]["generators"].values())
            return heard and told["by_name"]["Aggregated"]["num_requests"] == ours

        wait_until(complete, "the same count of arrivals as Locust's, after the last report of each worker,")
        return told

    def arrivals(self) -> int:
        return int(
            statistics(self.url)["tables"]["response-and-service"].get("Aggregated", {"arrivals": 0})["arrivals"]
        )


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    web, bind = free_port(), free_port()
    url, prefix = f"http://127.0.0.1:{web}", tmp_path / "plain"
    with contextlib.ExitStack() as running:
        target = running.enter_context(exchange())
        master = locust(
            "--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", str(bind), "--csv", str(prefix),
            "--web-host", "127.0.0.1", "--web-port", str(web), "--host", target, "--arrival-rate", "50",
            log=tmp_path / "master.log",
        )  # fmt: skip
        running.enter_context(ended(master))
        workers = {}
        for name in ("one", "two"):
            joined = locust(
                "--worker", "--master-host", "127.0.0.1", "--master-port", str(bind), "--arrival-rate", "50",
                log=tmp_path / f"{name}.log",
            )  # fmt: skip
            workers[name] = running.enter_context(ended(joined))
        wait_until(lambda: answers(url), "the web UI")
        wait_until(lambda: statistics(url)["worker_count"] == 2, "both workers' arrival")
        yield Cluster(url, target, workers, prefix)


def test_locust_and_our_tables_count_the_same_arrivals_and_agree_on_their_times(cluster: Cluster) -> None:
    cluster.start(users=3)
    wait_until(lambda: cluster.arrivals() > 3000, "traffic")
    told = cluster.stop()
    ours, theirs = told["tables"]["response-and-service"], told["by_name"]
    assert set(ours) == set(theirs) == OPERATIONS | {"Aggregated"}
    for name, entry in theirs.items():
        assert ours[name]["arrivals"] == entry["num_requests"]
        for quantile, theirs_is in QUANTILES.items():
            assert ours[name][f"response_{quantile}"] == pytest.approx(
                entry[theirs_is], rel=LOCUST_ROUNDS, abs=LOCUST_ROUNDS_MS
            )
        assert ours[name]["response_max"] == pytest.approx(entry["max_response_time"], rel=LOCUST_ROUNDS, abs=1)
    outcomes = told["tables"]["outcomes"]["Aggregated"]
    assert outcomes["arrivals"] - outcomes["ok"] == theirs["Aggregated"]["num_failures"]
    generators = told["tables"]["generators"].values()
    assert sum(row["arrivals"] for row in generators) == theirs["Aggregated"]["num_requests"]
    assert all(row["arrivals"] for row in generators), "both workers have users"


def test_the_tables_and_locusts_statistics_are_downloaded_alike(cluster: Cluster) -> None:
    cluster.start(users=3)
    wait_until(lambda: cluster.arrivals() > 500, "traffic")
    told = cluster.stop()
    ours = list(csv.DictReader(io.StringIO(asked(f"{cluster.url}/brownout/response-and-service.csv"))))
    theirs = {row["Name"]: row for row in csv.DictReader(io.StringIO(asked(f"{cluster.url}/stats/requests/csv")))}
    assert {row["name"]: row["arrivals"] for row in ours} == {
        name: row["Request Count"] for name, row in theirs.items()
    }
    assert ours[-1]["response_p99"] == str(told["tables"]["response-and-service"]["Aggregated"]["response_p99"])
    written = cluster.csv_prefix.with_name("plain_stats.csv")

    def agrees() -> bool:
        with written.open() as file:
            return {row["Name"]: row["Request Count"] for row in csv.DictReader(file)} == {
                row["name"]: row["arrivals"] for row in ours
            }

    wait_until(agrees, "the same counts in the file of --csv")


def test_a_worker_that_dies_is_seen_and_what_it_told_stays(cluster: Cluster) -> None:
    cluster.start(users=4)

    def busy() -> int:
        return sum(bool(row["arrivals"]) for row in statistics(cluster.url)["tables"]["generators"].values())

    wait_until(lambda: busy() == 2, "traffic of both workers")
    cluster.workers["one"].send_signal(signal.SIGKILL)

    def lost() -> dict[str, Any]:
        rows = statistics(cluster.url)["tables"]["generators"].values()
        return next((row for row in rows if row["state"] in {"missing", "gone"}), {})

    wait_until(lambda: bool(lost()), "a missing worker in the table")
    row = lost()
    assert row["arrivals"] > 0
    wait_until(lambda: lost()["heard_s_ago"] > row["heard_s_ago"], "a last report that grows old")


def test_a_second_test_begins_with_nothing_of_the_first(cluster: Cluster) -> None:
    cluster.start(users=3)
    wait_until(lambda: cluster.arrivals() > 3000, "traffic")
    first = cluster.stop()["tables"]["response-and-service"]["Aggregated"]["arrivals"]
    cluster.start(users=1)
    wait_until(lambda: 0 < cluster.arrivals() < first, "a new count")
