"""A fault proxy in a process of its own, and its control API as a test uses it."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any, Self
from uuid import uuid4

COMMAND = [sys.executable, "-m", "chaos.proxy"]


@dataclass
class Answered:
    """A response to a request that went through the proxy."""

    status: int
    body: bytes
    faults: str | None
    seconds: float


class RunningProxy:
    def __init__(self) -> None:
        self._process = subprocess.Popen([*COMMAND, "--api", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.ready = json.loads(self._process.stdout.readline())
        self.api: str = self.ready["api"]
        self.pid = self._process.pid

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        text = body if isinstance(body, str | None) else json.dumps(body)
        response, read = exchange_bytes(self.api.removeprefix("http://"), method, path, text)
        return response.status, json.loads(read or b"null")

    def lead_to(self, upstream: str) -> str:
        """A new listener before ``upstream``; its address."""
        status, proxy = self.call("POST", "/proxies", {"name": uuid4().hex, "listen": "", "upstream": upstream})
        assert status == 201, proxy
        return str(proxy["listen"])

    def apply(self, fault_id: str, latency_ms: float, **more: Any) -> None:
        parameters = {"latency_ms": latency_ms, "jitter_ms": more.pop("jitter_ms", 0)}
        order = {"id": fault_id, "kind": "latency", "parameters": parameters, "lease_ms": 600_000, **more}
        status, answer = self.call("POST", "/faults", order)
        assert status == 201, answer

    def lift(self, fault_id: str) -> dict[str, Any]:
        status, answer = self.call("DELETE", f"/faults/{fault_id}")
        assert status == 200, answer
        lifted: dict[str, Any] = answer
        return lifted

    def faults(self) -> dict[str, Any]:
        known: dict[str, Any] = self.call("GET", "/faults")[1]
        return known

    def stop(self) -> int:
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(20)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def request(address: str, target: str, method: str = "GET") -> Answered:
    """One request over a connection of its own."""
    began = time.monotonic()
    response, body = exchange_bytes(address, method, target, None)
    return Answered(response.status, body, response.getheader("X-Brownout-Fault"), time.monotonic() - began)


def exchange_bytes(address: str, method: str, path: str, body: str | None) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(address, timeout=20)
    try:
        connection.request(method, path, body)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()
