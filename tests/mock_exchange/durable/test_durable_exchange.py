"""A whole exchange with a data folder: what it says of itself, what it refuses, and what a full disk does to it."""

import http.client
import json
import os
import resource
import subprocess
from pathlib import Path

import pytest

from mock_exchange.durable.folder import Folder
from tests.mock_exchange.durable.mortal import alive
from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.served import FREE_PORTS, OWN, Account, Served, command_line, limit_order, serving

NEW = Account("new-key", "new-secret")


def refused(*arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        command_line(*FREE_PORTS, *arguments), capture_output=True, text=True, timeout=30, check=False
    )
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.returncode, done.stderr


def balances(served: Served, account: Account = OWN) -> object:
    return served.signed_call("GET", "/api/v3/account", account).json["balances"]


def everything(served: Served) -> list[object]:
    """What clients can see, without the times of asking."""
    return [
        served.admin_lines("/truth"),
        balances(served),
        served.get("/api/v3/depth", symbol="BTCUSDT", limit=5000).json,
        served.signed_call("GET", "/api/v3/openOrders").json,
        served.signed_call("GET", "/api/v3/myTrades", symbol="BTCUSDT").json,
    ]


def trade(served: Served, name: str) -> None:
    served.place(newClientOrderId=f"{name}-resting")
    market = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}
    reply = served.signed_call("POST", "/api/v3/order", newClientOrderId=f"{name}-market", **market)
    assert reply.json["status"] == "FILLED"


@pytest.mark.parametrize("sync", ["always", "group", "none"])
def test_everything_is_there_again_after_a_kill_and_after_a_stop(sync: str, tmp_path: Path) -> None:
    with alive(tmp_path, {}, "--sync", sync) as served:
        trade(served, "first")
        seen = everything(served)
        served.kill()
    with alive(tmp_path, {}, "--sync", sync) as served:
        assert served.recovered["commands"] > 0
        assert everything(served) == seen
        trade(served, "second")
        seen = everything(served)
        served.process.terminate()
        assert served.process.wait(timeout=30) == 0
    with alive(tmp_path, {}, "--sync", sync) as served:
        assert (served.recovered["commands"], served.recovered["snapshot"] > 0) == (0, True)
        assert everything(served) == seen
        health = served.call("GET", "/health", port="admin").json
        assert health["recovered"] == served.recovered


def test_identifiers_of_the_exchange_never_come_twice(tmp_path: Path) -> None:
    seen: set[str] = set()
    for _ in range(3):
        with alive(tmp_path) as served:
            names = [served.place().json["clientOrderId"] for _ in range(3)]
            assert seen.isdisjoint(names)
            seen.update(names)
            served.kill()


def test_a_new_key_is_funded_once_and_a_removed_one_keeps_its_orders(tmp_path: Path) -> None:
    with alive(tmp_path) as served:
        before = served.place(newClientOrderId="mine").json
        served.kill()
    only_new = {"accounts": [{"key": NEW.key, "secret": NEW.secret, "balances": {"USDT": "500"}}]}
    for _ in range(2):
        with alive(tmp_path, only_new) as served:
            assert served.signed_call("GET", "/api/v3/account").status == 401
            held = {
                each["asset"]: each["free"]
                for each in served.signed_call("GET", "/api/v3/account", NEW).json["balances"]
            }
            assert (held["USDT"], held["BTC"]) == ("500.00000000", "0.00000000")
            served.kill()
    with alive(tmp_path) as served:
        (order,) = served.signed_call("GET", "/api/v3/openOrders").json
        assert order["orderId"] == before["orderId"]
        accounts = {line["clientOrderId"]: line["account"] for line in served.admin_lines("/truth")}
        assert accounts["mine"] == OWN.key


def test_another_exchanges_folder_is_64(tmp_path: Path) -> None:
    with serving({}, "--data", str(tmp_path)):
        pass
    code, line = refused("--data", str(tmp_path), "--seed", "9")
    assert (code, "belongs to another exchange: the seed is 0 there and 9 in the configuration" in line) == (64, True)


def test_a_folder_in_use_is_69(tmp_path: Path) -> None:
    with serving({}, "--data", str(tmp_path)):
        code, line = refused("--data", str(tmp_path))
        assert (code, "another exchange serves from this folder" in line) == (69, True)


def test_damage_in_the_middle_is_64_and_one_line(tmp_path: Path) -> None:
    with alive(tmp_path) as served:
        for _ in range(3):
            served.place()
        served.kill()
    (journal,) = Folder(tmp_path / "data").journals()
    content = bytearray(journal.path.read_bytes())
    content[len(content) // 2] ^= 1
    journal.path.write_bytes(content)
    code, line = refused("--data", str(tmp_path / "data"))
    assert (code, f"{journal.path}: damaged at byte" in line) == (64, True)


def test_a_torn_end_is_cut_with_one_line(tmp_path: Path) -> None:
    with alive(tmp_path) as served:
        served.place(newClientOrderId="whole")
        served.kill()
    (journal,) = Folder(tmp_path / "data").journals()
    with journal.path.open("ab") as file:
        file.write(b"\xb0\x0b\xe7")
    with alive(tmp_path) as served:
        assert served.recovered["cut_bytes"] == 3
        assert "whole" in {line["clientOrderId"] for line in served.admin_lines("/truth")}
    (line,) = (tmp_path / "errors.txt").read_text(encoding="utf-8").splitlines()
    assert line.startswith(f"{journal.path}: cut 3 bytes at byte")


def placed_until_it_dies(served: Served) -> list[str]:
    """The client order ids that were acknowledged."""
    acknowledged: list[str] = []
    try:
        while True:
            name = f"full-{len(acknowledged)}"
            assert served.place(newClientOrderId=name).status == 200
            acknowledged.append(name)
    except (OSError, http.client.HTTPException):
        return acknowledged


@pytest.mark.parametrize("sync", ["always", "group", "none"])
def test_a_full_disk_ends_the_exchange_and_loses_nothing_acknowledged(sync: str, tmp_path: Path) -> None:
    if not hasattr(resource, "prlimit"):
        pytest.skip("this system cannot make a disk full for one process")
    with alive(tmp_path, {}, "--sync", sync) as served:
        (journal,) = Folder(tmp_path / "data").journals()
        limit = journal.path.stat().st_size + 2000
        # What a full disk is to a process: the next write gets a part of its bytes away, and then an error.
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (limit, limit))
        acknowledged = placed_until_it_dies(served)
        assert served.process.wait(timeout=30) == 70
    (line,) = (tmp_path / "errors.txt").read_text(encoding="utf-8").splitlines()
    assert line.startswith("the journal cannot be written: File too large; the exchange stops")
    assert acknowledged
    with alive(tmp_path) as served:
        truth = {order["clientOrderId"] for order in served.admin_lines("/truth")}
        assert set(acknowledged) <= truth
        assert served.place().status == 200


def test_a_disk_that_is_full_at_the_start_is_70(tmp_path: Path) -> None:
    done = subprocess.run(
        command_line(*FREE_PORTS, "--data", str(tmp_path / "data")),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)),
    )
    assert (done.returncode, done.stdout) == (70, "")
    assert "the journal cannot be written: File too large" in done.stderr
    with alive(tmp_path) as served:
        assert served.recovered["commands"] == 0
        assert served.place().status == 200


def test_snapshots_are_taken_while_it_serves_and_old_segments_go(tmp_path: Path) -> None:
    with alive(tmp_path, {"durable": {"snapshot_commands": 20}}) as served:
        folder = Folder(tmp_path / "data")

        def has_moved_on() -> bool:
            served.place()
            return len(folder.snapshots()) == 2 and folder.journals()[0].sequence > 0

        eventually(has_moved_on, "a second snapshot, and the end of the first segment")
        count = len(served.admin_lines("/truth"))
        served.kill()
    with alive(tmp_path) as served:
        assert served.recovered["snapshot"] > 0
        assert len(served.admin_lines("/truth")) == count


def test_metrics_tell_what_the_journal_does(tmp_path: Path) -> None:
    with alive(tmp_path) as served:
        before = served.metrics()
        for _ in range(5):
            served.place()
        after = served.metrics()
        assert after["exchange_journal_syncs_total"] - before["exchange_journal_syncs_total"] == 5
        assert after["exchange_journal_sync_time_seconds_total"] > before["exchange_journal_sync_time_seconds_total"]
        assert after["exchange_journal_written_bytes_total"] > before["exchange_journal_written_bytes_total"]
        assert after["exchange_journal_pending"] == 0


def test_without_a_folder_nothing_is_said_of_recovery(exchange: Served) -> None:
    assert "recovered" not in exchange.addresses
    assert "recovered" not in exchange.call("GET", "/health", port="admin").json


def test_only_the_owner_of_the_folder_writes_to_it(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    code, line = refused("--data", str(tmp_path / "data"))
    assert (code, "it must be a folder that can be written" in line) == (64, True)


def test_the_ready_line_says_what_was_recovered(tmp_path: Path) -> None:
    with alive(tmp_path) as served:
        assert set(served.recovered) == {"commands", "snapshot", "seconds", "cut_bytes"}
        assert json.dumps(served.recovered)


LARGE = "99999999999999999999"
TOO_LARGE: list[tuple[str, str, dict[str, object]]] = [
    ("DELETE", "/api/v3/order", {"symbol": "BTCUSDT", "orderId": LARGE}),
    ("DELETE", "/api/v3/orderList", {"symbol": "BTCUSDT", "orderListId": str(2**64)}),
    ("POST", "/api/v3/order", limit_order(price=LARGE)),
    ("POST", "/api/v3/order", limit_order(quantity=LARGE)),
    ("POST", "/api/v3/order", limit_order(strategyId=LARGE)),
    ("POST", "/api/v3/order", {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quoteOrderQty": LARGE}),
]


def test_numbers_that_a_journal_cannot_hold_are_refused_and_cost_nobody_an_order(tmp_path: Path) -> None:
    with alive(tmp_path, {}) as served:
        for number, (method, path, parameters) in enumerate(TOO_LARGE):
            assert served.signed_call(method, path, **parameters).error == (400, -1100)
            assert served.place(newClientOrderId=f"honest-{number}").status == 200
        served.kill()
    with alive(tmp_path, {}) as served:
        kept = {order["clientOrderId"] for order in served.signed_call("GET", "/api/v3/openOrders").json}
        assert kept == {f"honest-{number}" for number in range(len(TOO_LARGE))}


@pytest.mark.parametrize(
    "setting", [{"seed": 2**64}, {"accounts": [{"key": "a", "secret": "b", "balances": {"USDT": "200000000000"}}]}]
)
def test_a_setting_that_a_journal_cannot_hold_is_refused(setting: dict[str, object], tmp_path: Path) -> None:
    file = tmp_path / "exchange.json"
    file.write_text(json.dumps(setting), encoding="utf-8")
    code, said = refused("--config", str(file), "--data", str(tmp_path / "data"))
    assert code == 64
    assert str(file) in said
