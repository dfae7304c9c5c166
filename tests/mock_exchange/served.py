"""A real exchange in a process of its own, and callers that speak to it as clients do."""

import hashlib
import hmac
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

TOKEN = "test-token"


class Account(NamedTuple):
    key: str
    secret: str


KEY = "test-key"
SECRET = "test-secret"
OWN = Account(KEY, SECRET)
OTHER = Account("other-key", "other-secret")
POOR = Account("poor-key", "poor-secret")
ACCOUNTS = [
    OWN._asdict(),
    OTHER._asdict(),
    POOR._asdict() | {"balances": {"USDT": "10"}},
]

Json = Any
"""What a reply holds: tests look into it and fail where it is not what they expect."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        return json.loads(self.body)

    @property
    def error(self) -> tuple[int, int]:
        """HTTP status and venue code."""
        return self.status, self.json["code"]


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def signature(payload: str, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), payload.encode(), hashlib.sha256).hexdigest()


def signed(parameters: Mapping[str, object], secret: str = SECRET) -> str:
    """Form text with a timestamp (unless there is one) and the signature."""
    text = urlencode({"timestamp": now_ms()} | dict(parameters))
    return f"{text}&signature={signature(text, secret)}"


class Served:
    """A running exchange."""

    def __init__(self, process: "subprocess.Popen[str]", addresses: Mapping[str, str]) -> None:
        self.process = process
        self.addresses = addresses

    def port(self, name: str = "rest") -> int:
        port = urlsplit(self.addresses[name]).port
        assert port is not None
        return port

    def call(
        self,
        method: str,
        target: str,
        *,
        body: str = "",
        key: str | None = None,
        port: str = "rest",
        token: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port(port), timeout=20)
        headers = dict(headers or {}) | ({"X-MBX-APIKEY": key} if key else {})
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, target, body or None, headers)
            response = connection.getresponse()
            names = [name for name, _ in response.getheaders()]  # of several lines, getheader makes one
            return Reply(response.status, {name: response.getheader(name, "") for name in names}, response.read())
        finally:
            connection.close()

    def get(self, path: str, **parameters: object) -> Reply:
        return self.call("GET", f"{path}?{urlencode(parameters)}" if parameters else path)

    def signed_call(self, method: str, path: str, account: Account = OWN, /, **parameters: object) -> Reply:
        """POST has its parameters in the body, the others in the query, as ccxt does it."""
        text = signed(parameters, account.secret)
        if method == "POST":
            return self.call(method, path, body=text, key=account.key)
        return self.call(method, f"{path}?{text}", key=account.key)

    def place(self, **parameters: object) -> Reply:
        return self.signed_call("POST", "/api/v3/order", **(limit_order() | parameters))

    def metrics(self) -> Mapping[str, float]:
        lines = self.call("GET", "/metrics", port="metrics").body.decode().splitlines()
        pairs = (line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))
        return {name: float(value) for name, value in pairs}

    def admin_lines(self, path: str) -> list[Json]:
        reply = self.call("GET", path, port="admin", token=TOKEN)
        assert reply.status == 200, reply.body
        return [json.loads(line) for line in reply.body.splitlines()]


def limit_order(**changes: object) -> dict[str, object]:
    """Rests far below the market."""
    order: dict[str, object] = {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": "0.001",
        "price": "100000.00",
    }
    return order | changes


def command_line(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mock_exchange", *arguments]


FREE_PORTS = ("--rest-port", "0", "--ws-port", "0", "--admin-port", "0", "--metrics-port", "0")


@contextmanager
def serving(config: Mapping[str, object] | None = None, *arguments: str) -> Iterator[Served]:
    """Start an exchange, and stop it as an operator does; it must leave with 0 and say nothing on stderr."""
    content = {"admin_token": TOKEN, "accounts": ACCOUNTS} | dict(config or {})
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "exchange.json"
        file.write_text(json.dumps(content), encoding="utf-8")
        process = subprocess.Popen(
            command_line(*FREE_PORTS, "--config", str(file), *arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONWARNINGS": "error"},
        )
        try:
            yield Served(process, _ready(process))
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            errors = process.communicate(timeout=20)[1]
            assert (process.returncode, errors) == (0, "")
        finally:
            process.kill()
            process.communicate()


def _ready(process: "subprocess.Popen[str]") -> Mapping[str, str]:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.stderr.read() if process.stderr else ""
    addresses = json.loads(line)
    assert addresses.pop("ready") is True
    return dict(addresses)
