"""What a scrape gets: Prometheus text that its own tools accept, with histograms that add up."""

import shutil
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import missing
from tests.mock_exchange.served import Served, serving
from tests.mock_exchange.telemetry.collecting import collecting

STAGES = {"parse", "check", "wait", "serve", "sync", "write"}


def scraped(served: Served) -> str:
    return served.call("GET", "/metrics", port="metrics").body.decode()


def test_promtool_finds_nothing_wrong(exchange: Served) -> None:
    exchange.place()
    if shutil.which("promtool") is None:
        missing("promtool", "install prometheus (Debian: apt-get install prometheus)")
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=scraped(exchange), capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_every_family_has_a_type_a_help_and_samples_of_one_kind(exchange: Served) -> None:
    exchange.place()
    families = list(text_string_to_metric_families(scraped(exchange)))
    names = [family.name for family in families]
    assert len(set(names)) == len(names)
    assert {family.type for family in families} == {"counter", "gauge", "histogram"}
    assert all(family.documentation for family in families)
    assert {"http_server_request_duration_seconds", "exchange_stage_duration_seconds", "exchange_requests"} < set(names)


def test_no_series_is_there_twice_whatever_a_request_came_through(exchange: Served) -> None:
    for headers in ({}, {"X-MBX-TIME-UNIT": "MICROSECOND"}):
        exchange.call("GET", "/api/v3/depth?symbol=BTCUSDT", headers=headers)
    lines = [line for line in scraped(exchange).splitlines() if not line.startswith("#")]
    assert [name for name, count in Counter(line.rsplit(" ", 1)[0] for line in lines).items() if count > 1] == []


def test_histograms_are_cumulative_and_end_in_their_count(exchange: Served) -> None:
    exchange.place()
    exchange.place(price="1")
    buckets: dict[tuple[str, frozenset[tuple[str, str]]], list[tuple[float, float]]] = defaultdict(list)
    counts: dict[tuple[str, frozenset[tuple[str, str]]], float] = {}
    for family in text_string_to_metric_families(scraped(exchange)):
        for sample in family.samples if family.type == "histogram" else ():
            bound = sample.labels.pop("le", None)
            series = family.name, frozenset(sample.labels.items())
            if bound is not None:
                buckets[series].append((float(bound), sample.value))
            elif sample.name.endswith("_count"):
                counts[series] = sample.value
    assert {dict(labels)["stage"] for name, labels in counts if name == "exchange_stage_duration_seconds"} == STAGES
    placed = {"operation": "order.place", "http_response_status_code": "200", "url_scheme": "http"}
    assert counts["http_server_request_duration_seconds", frozenset(placed.items())] >= 1
    for series, found in buckets.items():
        bounds, values = zip(*found, strict=True)
        assert bounds[:3] == (0.00001, 0.00002, 0.00005)
        assert bounds[-2:] == (10.0, float("inf"))
        assert list(values) == sorted(values)
        assert values[-1] == counts[series]


def test_durations_are_not_counted_where_that_is_not_wanted() -> None:
    with serving({"telemetry": {"metrics": False}}) as served:
        served.place()
        text = scraped(served)
    assert "http_server_request_duration" not in text
    assert 'exchange_requests_total{operation="order.place",outcome="done"} 1.0' in text


def test_trades_are_counted_once_for_both_sides(exchange: Served) -> None:
    before = exchange.metrics()["exchange_trades_total"]
    bought = exchange.signed_call(
        "POST", "/api/v3/order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.01"
    ).json
    assert exchange.metrics()["exchange_trades_total"] == before + len(bought["fills"])


@pytest.mark.parametrize("name", ["process_resident_memory_bytes", "process_cpu_seconds_total"])
def test_the_process_itself_is_measured(exchange: Served, name: str) -> None:
    assert exchange.metrics()[name] > 0


def test_every_metric_is_in_the_docs(repository: Path, tmp_path: Path) -> None:
    page = (repository / "docs" / "telemetry.md").read_text(encoding="utf-8")
    with collecting() as collected:
        config = {"telemetry": {"endpoint": collected.address}}
        with serving(config, "--data", str(tmp_path / "data")) as served:
            served.place()
            families = list(text_string_to_metric_families(scraped(served)))
    names = {f"{each.name}_total" if each.type == "counter" else each.name for each in families}
    assert {name for name in names if not name.startswith("process_") and f"`{name}`" not in page} == set()
