"""The control API: Toxiproxy's shapes for proxies, ours for faults, and errors that say what is wrong."""

import http.client
import socket
from dataclasses import asdict
from typing import Any

import pytest

from chaos.kinds.wire.latency import Latency
from tests.chaos.running_proxy import RunningProxy, request
from tests.chaos.upstreams import read_all

LATENCY = {"id": "a", "kind": "latency", "parameters": {"latency_ms": 1}}


def test_a_proxy_is_created_shown_listed_and_deleted(proxy: RunningProxy) -> None:
    status, created = proxy.call("POST", "/proxies", {"name": "p", "listen": "127.0.0.1:0", "upstream": "127.0.0.1:9"})
    assert (status, created["enabled"], created["upstream"]) == (201, True, "127.0.0.1:9")
    assert not created["listen"].endswith(":0")
    assert proxy.call("GET", "/proxies/p") == (200, created)
    assert proxy.call("GET", "/proxies") == (200, {"p": created})
    assert proxy.call("DELETE", "/proxies/p") == (204, None)
    assert proxy.call("GET", "/proxies/p")[0] == 404


def test_a_disabled_proxy_refuses_and_cuts_and_the_enabled_one_listens_there_again(
    proxy: RunningProxy, venue: str
) -> None:
    (name,) = proxy.call("GET", "/proxies")[1]
    host, port = venue.split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        client.recv(1)
        assert proxy.call("POST", f"/proxies/{name}", {"enabled": False})[1]["enabled"] is False
        with pytest.raises(ConnectionResetError):
            read_all(client)
    with pytest.raises(ConnectionRefusedError):
        request(venue, "/")
    assert proxy.call("PATCH", f"/proxies/{name}", {"enabled": True})[1]["listen"] == venue
    assert request(venue, "/").status == 200


def test_reset_enables_every_proxy_and_lifts_every_fault(proxy: RunningProxy, venue: str) -> None:
    (name,) = proxy.call("GET", "/proxies")[1]
    proxy.call("POST", f"/proxies/{name}", {"enabled": False})
    proxy.apply("a", latency_ms=600_000)
    assert proxy.call("POST", "/reset") == (204, None)
    assert request(venue, "/").faults is None
    assert proxy.faults()["a"]["lifted_by"] == "reset"


def test_the_version_is_told(proxy: RunningProxy) -> None:
    status, document = proxy.call("GET", "/version")
    assert status == 200
    assert isinstance(document["version"], str)


def test_a_fault_is_shown_with_its_hits(proxy: RunningProxy, venue: str) -> None:
    order = {**LATENCY, "on": {"op": "book.read"}, "seed": 7, "lease_ms": 60_000}
    status, shown = proxy.call("POST", "/faults", order)
    assert (status, shown["hits"]) == (201, 0)
    request(venue, "/api/v3/depth")
    request(venue, "/api/v3/account")
    assert proxy.faults()["a"] == {
        **order,
        "parameters": asdict(Latency(1)),
        "seen": 1,
        "hits": 1,
        "unanswered": 0,
        "lifted_by": None,
    }


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "text"),
    [
        ("POST", "/proxies", {"name": "p"}, 400, "missing required field: upstream"),
        ("POST", "/proxies", {"upstream": "127.0.0.1:1"}, 400, "missing required field: name"),
        ("POST", "/proxies", {"name": "p", "upstream": "here"}, 400, "write HOST:PORT"),
        ("POST", "/proxies", {"name": "p", "upstream": "127.0.0.1:0"}, 400, "needs a port"),
        ("POST", "/proxies", {"name": "p", "listen": "0.0.0.0:0", "upstream": "a:1"}, 400, "--allow-remote"),
        ("POST", "/proxies", "{", 400, "bad request body"),
        ("DELETE", "/proxies/nobody", None, 404, "proxy not found"),
        ("POST", "/faults", "[]", 400, "bad request body: Expected `object`"),
        ("POST", "/faults", {**LATENCY, "lease": 1}, 400, "unknown field `lease`"),
        ("POST", "/faults", {**LATENCY, "lease_ms": 1}, 400, "`$.lease_ms`"),
        ("POST", "/faults", {**LATENCY, "id": "a, b"}, 400, "without a comma"),
        ("POST", "/faults", {**LATENCY, "kind": "rain"}, 400, "is no kind of fault; there are"),
        ("POST", "/faults", {"id": "a", "kind": "pause"}, 400, "acts on the process"),
        ("POST", "/faults", {**LATENCY, "on": {"op": "fly"}}, 400, "on.op: 'fly'"),
        ("DELETE", "/faults/nobody", None, 404, "no fault 'nobody' was ever applied"),
        ("POST", "/faults/nobody/heartbeat", None, 404, "not in force"),
        ("GET", "/nowhere", None, 404, "nothing at /nowhere"),
        ("PUT", "/faults", None, 405, "answers GET, POST"),
    ],
)
def test_an_error_says_what_is_wrong(
    proxy: RunningProxy, *, method: str, path: str, body: Any, status: int, text: str
) -> None:
    answered, document = proxy.call(method, path, body)
    assert (answered, document["status"]) == (status, status)
    assert text in document["error"]


def test_what_is_there_already_is_a_conflict(proxy: RunningProxy, venue: str) -> None:
    (name,) = proxy.call("GET", "/proxies")[1]
    assert proxy.call("POST", "/proxies", {"name": name, "upstream": venue})[0] == 409
    proxy.apply("a", latency_ms=1)
    assert proxy.call("POST", "/faults", LATENCY)[0] == 409


def test_an_address_in_use_is_told(proxy: RunningProxy, venue: str) -> None:
    status, document = proxy.call("POST", "/proxies", {"name": "p", "listen": venue, "upstream": "127.0.0.1:9"})
    assert status == 500
    assert "cannot listen" in document["error"]
    assert proxy.call("GET", "/proxies/p")[0] == 404


def test_a_web_page_cannot_steer_the_proxy(proxy: RunningProxy) -> None:
    connection = http.client.HTTPConnection(proxy.api.removeprefix("http://"), timeout=20)
    connection.request("POST", "/reset", headers={"Origin": "https://example.org"})
    assert connection.getresponse().status == 403
    connection.close()


def test_calls_on_one_connection_are_answered_in_order(proxy: RunningProxy) -> None:
    host, port = proxy.api.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        last = b"GET /proxies HTTP/1.1\r\nConnection: close\r\n\r\n"
        connection.sendall(b"GET /version HTTP/1.1\r\n\r\nGET /nowhere HTTP/1.1\r\n\r\n" + last)
        answers = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answers.count(b"HTTP/1.1 ") == 3
    assert answers.index(b" 200 OK") < answers.index(b" 404 Not Found") < answers.rindex(b" 200 OK")


@pytest.mark.parametrize("garbage", [b"\x00\x01\x02\r\n\r\n", b"GET / HTTP/9.9 nonsense\r\n\r\n"])
def test_what_is_no_http_is_refused(proxy: RunningProxy, garbage: bytes) -> None:
    host, port = proxy.api.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(garbage)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 400 ")


def test_a_body_without_end_is_refused(proxy: RunningProxy) -> None:
    host, port = proxy.api.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(b"POST /faults HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n" + b" " * 1_100_000)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 413 ")
