"""An exchange that may be killed at any time, and clients that remember what it acknowledged before."""

import http.client
import json
import os
import random
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.mock_exchange.served import (
    ACCOUNTS,
    FREE_PORTS,
    OTHER,
    OWN,
    TOKEN,
    Account,
    Json,
    Served,
    command_line,
    limit_order,
    signed,
)
from tests.mock_exchange.streams.test_local_book import LocalBook, snapshot_of
from tests.mock_exchange.websocket_client import WebSocket


def end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


class Mortal(Served):
    """A running exchange with a data folder. Its stderr is kept in a file, because nobody reads it meanwhile."""

    recovered: Json

    def kill(self) -> None:
        end(self.process)


def spawn(folder: Path, config: Mapping[str, object] | None = None, *arguments: str) -> "subprocess.Popen[str]":
    """``folder`` gets a configuration, an error log, and the data."""
    content = {"admin_token": TOKEN, "accounts": ACCOUNTS} | dict(config or {})
    (folder / "exchange.json").write_text(json.dumps(content), encoding="utf-8")
    with (folder / "errors.txt").open("a", encoding="utf-8") as errors:
        return subprocess.Popen(
            command_line(
                *FREE_PORTS, "--config", str(folder / "exchange.json"), "--data", str(folder / "data"), *arguments
            ),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=os.environ | {"PYTHONWARNINGS": "error"},
        )


@contextmanager
def alive(folder: Path, config: Mapping[str, object] | None = None, *arguments: str) -> Iterator[Mortal]:
    """Dead afterwards, whoever killed it."""
    process = spawn(folder, config, *arguments)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, (folder / "errors.txt").read_text(encoding="utf-8")
        ready = json.loads(line)
        served = Mortal(process, {name: ready[name] for name in ("rest", "ws", "admin", "metrics")})
        served.recovered = ready["recovered"]
        yield served
    finally:
        end(process)


@dataclass
class Memory:
    """What one client asked for, and what it was told."""

    sent: set[str] = field(default_factory=set)
    """Client order ids of all orders that it tried to place."""
    orders: dict[str, Json] = field(default_factory=dict)
    """The acknowledgement of each, by client order id."""
    canceled: set[str] = field(default_factory=set)
    """Client order ids of acknowledged cancels."""
    first_accepted_at: float = float("inf")
    """Monotonic seconds."""


class BookKeeper(threading.Thread):
    """Keeps an order book from a snapshot and the stream, as strictly as clients do, until the connection breaks."""

    def __init__(self, served: Served) -> None:
        super().__init__(name="book keeper")
        self._client = WebSocket.opened(served.port("ws"), "/ws/btcusdt@depth@100ms")
        self.book = LocalBook(snapshot_of(served))
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while True:
                self.book.apply(self._client.read_json())
        except OSError:
            pass  # the exchange is dead, as it should be
        except BaseException as failure:  # told in the test's own thread
            self.failure = failure
        finally:
            self._client.connection.close()


class Client(threading.Thread):
    """Places and cancels, one request after another on one connection, until that breaks."""

    def __init__(self, served: Served, account: Account, name: str, rng: random.Random) -> None:
        super().__init__(name=name)
        self._port = served.port()
        self._account = account
        self._rng = rng
        self.memory = Memory()
        self.failure: BaseException | None = None
        self._resting: list[str] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            for number in range(10**9):
                self._act(connection, number)
        except (OSError, http.client.HTTPException):
            pass  # the exchange is dead, as it should be
        except BaseException as failure:
            self.failure = failure
        finally:
            connection.close()

    def _act(self, connection: http.client.HTTPConnection, number: int) -> None:
        if self._resting and self._rng.random() < 0.4:
            self._cancel(connection, self._resting.pop(self._rng.randrange(len(self._resting))))
        else:
            self._place(connection, f"{self.name}-{number}")

    def _place(self, connection: http.client.HTTPConnection, client_order_id: str) -> None:
        side, price = self._rng.choice([("BUY", 116_990), ("BUY", 117_000), ("SELL", 117_000), ("SELL", 117_010)])
        order = limit_order(side=side, price=f"{price}.00", newClientOrderId=client_order_id)
        self.memory.sent.add(client_order_id)
        status, reply = self._call(connection, "POST", order)
        assert status == 200, reply
        self.memory.orders[client_order_id] = reply
        self.memory.first_accepted_at = min(self.memory.first_accepted_at, time.monotonic())
        if reply["status"] in ("NEW", "PARTIALLY_FILLED"):
            self._resting.append(client_order_id)

    def _cancel(self, connection: http.client.HTTPConnection, client_order_id: str) -> None:
        status, reply = self._call(connection, "DELETE", {"symbol": "BTCUSDT", "origClientOrderId": client_order_id})
        if status == 200:
            self.memory.canceled.add(client_order_id)
        else:
            assert reply["code"] == -2011, reply  # it was filled meanwhile

    def _call(
        self, connection: http.client.HTTPConnection, method: str, parameters: Mapping[str, object]
    ) -> tuple[int, Json]:
        text = signed(parameters, self._account.secret)
        connection.request(method, f"/api/v3/order?{text}", headers={"X-MBX-APIKEY": self._account.key})
        response = connection.getresponse()
        return response.status, json.loads(response.read())


def clients(served: Served, name: str, rng: random.Random) -> list[Client]:
    """Four of them, on two accounts, at work."""
    started = [
        Client(served, account, f"{name}-{number}", random.Random(rng.random()))  # noqa: S311 - reproducible
        for number, account in enumerate((OWN, OTHER, OWN, OTHER))
    ]
    for client in started:
        client.start()
    return started
