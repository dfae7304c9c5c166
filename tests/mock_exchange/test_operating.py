"""The process: its ready line, its exits, its drain, its health, its truth, its metrics."""

import json
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from mock_exchange.cli import main
from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.raw_socket import PING, connected
from tests.mock_exchange.served import FREE_PORTS, TOKEN, Account, Served, command_line, limit_order, serving, signed


def leaves(*arguments: str) -> tuple[int, str]:
    """Exit code and the line on stderr of a process that must not serve."""
    done = subprocess.run(command_line(*arguments), capture_output=True, text=True, timeout=30, check=False)
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    return done.returncode, done.stderr


def requests_seen(served: Served) -> float:
    """How many requests are in the queue or have left it."""
    metrics = served.metrics()
    return metrics["exchange_queue_length"] + metrics["exchange_served_total"]


def test_a_bad_configuration_is_64_and_one_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("queue: {length: none}", encoding="utf-8")
    code, line = leaves("--config", str(file))
    assert code == 64
    assert line.startswith(f"{file}: queue.length: 'none'")


def test_bad_usage_is_64(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--unknown"])
    assert left.value.code == 64
    assert main(["--key", "no-colon"]) == 64
    assert "KEY:SECRET" in capsys.readouterr().err


def test_only_loopback_is_served_unless_allowed() -> None:
    for host in ("0.0.0.0", "192.0.2.1", "example.com"):  # noqa: S104 - refused, which is the point
        code, line = leaves(*FREE_PORTS, "--host", host)
        assert (code, "--allow-remote" in line) == (64, True)


@pytest.mark.parametrize("option", FREE_PORTS[::2])
def test_a_port_in_use_is_69_and_the_way_to_another_is_told(option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, line = leaves(*FREE_PORTS, option, port)
    rule = f"it is in use; {option} chooses another"
    assert (code, line) == (69, f"cannot listen on 127.0.0.1 port {port}: {rule}\n")


def test_an_address_of_another_host_is_69() -> None:
    code, line = leaves(*FREE_PORTS, "--allow-remote", "--host", "192.0.2.1")
    rule = "Cannot assign requested address; --host chooses another"
    assert (code, line) == (69, f"cannot listen on 192.0.2.1 port 0: {rule}\n")


def test_a_key_on_the_command_line_is_a_funded_account() -> None:
    with serving({}, "--key", "cli-key:cli-secret", "--seed", "5") as served:
        reply = served.signed_call("POST", "/api/v3/order", Account("cli-key", "cli-secret"), **limit_order())
        assert reply.status == 200


def test_the_same_seed_opens_the_same_market() -> None:
    def book(seed: int) -> object:
        with serving({"seed": seed}) as served:
            return served.get("/api/v3/depth", symbol="BTCUSDT").json

    assert book(1) == book(1)
    assert book(1) != book(2)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_drain_finishes_what_is_queued_and_takes_no_more(number: signal.Signals) -> None:
    slow = {
        "service_time": {"distribution": "constant", "mean": "200ms"},
        "limits": {"drain_deadline": "60s"},
    }
    with serving(slow) as served, connected(served) as client, connected(served) as idle:
        idle.send(PING)
        assert idle.read_reply()[0] == 200
        body = signed(limit_order())
        post = f"POST /api/v3/order HTTP/1.1\r\nX-MBX-APIKEY: test-key\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        client.send(post.encode() * 2)
        eventually(lambda: requests_seen(served) == 2, "both orders")
        served.process.send_signal(number)
        assert idle.is_closed()
        assert [client.read_reply()[0] for _ in range(2)] == [200, 200]
        assert client.is_closed()
        assert served.process.wait(timeout=30) == 0


def test_a_drain_does_not_wait_forever() -> None:
    stuck = {
        "service_time": {"distribution": "constant", "mean": "1h"},
        "limits": {"drain_deadline": "300ms"},
    }
    with serving(stuck) as served, connected(served) as client:
        client.send(b"GET /api/v3/depth?symbol=BTCUSDT HTTP/1.1\r\nHost: x\r\n\r\n")
        eventually(lambda: requests_seen(served) == 1, "the read")
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(timeout=30) == 0


def test_health_needs_no_token_and_the_truth_does(exchange: Served) -> None:
    health = exchange.call("GET", "/health", port="admin")
    assert (health.status, health.json["status"]) == (200, "ok")
    for path in ("/truth", "/stages"):
        assert exchange.call("GET", path, port="admin").status == 401
        assert exchange.call("GET", path, port="admin", token="wrong").status == 401
        assert exchange.call("GET", path, port="admin", token=TOKEN).status == 200
    assert exchange.call("GET", "/other", port="admin").status == 404
    assert exchange.call("POST", "/health", port="admin").status == 405


def test_without_a_token_the_truth_stays_closed() -> None:
    with serving({"admin_token": None}) as served:
        assert served.call("GET", "/truth", port="admin", token="anything").status == 403


def test_the_truth_has_every_accepted_order_as_it_stands(exchange: Served) -> None:
    placed = exchange.place(newClientOrderId="truth-1").json
    parameters = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}
    bought = exchange.signed_call("POST", "/api/v3/order", newClientOrderId="truth-2", **parameters).json
    truth = {order["clientOrderId"]: order for order in exchange.admin_lines("/truth")}
    assert truth["truth-1"] == {
        "symbol": "BTCUSDT",
        "orderId": placed["orderId"],
        "clientOrderId": "truth-1",
        "account": "test-key",
        "side": "BUY",
        "type": "LIMIT",
        "origQty": "0.00100000",
        "executedQty": "0.00000000",
        "status": "NEW",
        "time": placed["transactTime"],
        "trades": 0,
    }
    assert (truth["truth-2"]["status"], truth["truth-2"]["trades"]) == ("FILLED", len(bought["fills"]))


def test_metrics_count_requests_by_operation_and_outcome(exchange: Served) -> None:
    name = 'exchange_requests_total{{operation="{}",outcome="{}"}}'
    before = exchange.metrics()
    exchange.place()
    exchange.place(price="x")
    exchange.get("/nowhere")
    after = exchange.metrics()

    def grown(operation: str, outcome: str) -> float:
        key = name.format(operation, outcome)
        return after[key] - before[key]

    assert grown("order.place", "done") == 1
    assert grown("order.place", "rejected") == 1
    assert grown("other", "rejected") == 1
    assert after["exchange_orders_total"] - before["exchange_orders_total"] == 1
    served = 'exchange_stage_duration_seconds_sum{stage="serve"}'
    assert after[served] > before[served]
    assert exchange.call("GET", "/", port="metrics").status == 404


def test_the_ready_line_is_json_with_four_addresses(exchange: Served) -> None:
    assert set(exchange.addresses) == {"rest", "ws", "admin", "metrics"}
    assert json.dumps(dict(exchange.addresses)).count("http://127.0.0.1:") == 3
