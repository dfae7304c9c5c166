"""Traces of the load: each request says its trace, which a sample finds again; without traces nothing is said."""

import re
from pathlib import Path

import pytest

from scenarios.client.tracing import TraceHeaders, trace_id, with_header
from tests.scenarios.generating import generated, open_phase, plan_of
from tests.scenarios.responder import Responder

FORMAT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-(0[01])")


def headers_of_orders(tmp_path: Path, **changes: object) -> tuple[list[int], list[str | None]]:
    """The arrivals of a run, and the header of each request of its traffic."""
    with Responder() as responder:
        plan = plan_of(responder.url, tmp_path, [open_phase(0, 500, "100/s")], mix={"order.place": 1}, **changes)
        finished = generated(plan, tmp_path)
        found = [
            {name.lower(): value for name, value in asked.headers.items()}.get("traceparent")
            for asked in responder.asked
            if asked.method == "POST"
        ]
    finished.assert_accounted_for()
    return finished.samples["arrival"].to_list(), found


def test_every_arrival_has_a_trace_that_follows_from_the_run_and_its_number(tmp_path: Path) -> None:
    arrivals, headers = headers_of_orders(tmp_path, traces=1.0)
    parsed = [FORMAT.fullmatch(header or "") for header in headers]
    assert {match[1] for match in parsed if match} == {f"{trace_id(1, 'tok', arrival):032x}" for arrival in arrivals}
    assert {match[3] for match in parsed if match} == {"01"}
    assert len(arrivals) == len(headers) == 50


def test_a_share_of_the_arrivals_is_kept_and_the_others_say_that_they_are_not(tmp_path: Path) -> None:
    arrivals, headers = headers_of_orders(tmp_path, traces=0.5)
    kept = {match[3] for header in headers if (match := FORMAT.fullmatch(header or ""))}
    assert kept == {"00", "01"}
    assert len(arrivals) == len(headers)


def test_without_traces_there_is_no_header(tmp_path: Path) -> None:
    assert set(headers_of_orders(tmp_path)[1]) == {None}


def test_the_share_is_decided_by_the_trace_so_that_all_services_agree() -> None:
    headers = TraceHeaders(7, "run", 0.1)
    kept = [headers.line(arrival).endswith(b"-01") for arrival in range(10_000)]
    assert 900 < sum(kept) < 1100  # the standard deviation is 30
    assert kept == [trace_id(7, "run", arrival) % 2**64 < 2**64 / 10 for arrival in range(10_000)]


@pytest.mark.parametrize("other", [(8, "run", 1), (7, "other", 1), (7, "run", 2)])
def test_other_runs_and_other_arrivals_have_other_traces(other: tuple[int, str, int]) -> None:
    assert trace_id(7, "run", 1) != trace_id(*other)


def test_the_header_stands_among_the_others() -> None:
    request = b"GET /a?b=c HTTP/1.1\r\nHost: here\r\n\r\n"
    assert with_header(request, b"x: y") == b"GET /a?b=c HTTP/1.1\r\nx: y\r\nHost: here\r\n\r\n"
