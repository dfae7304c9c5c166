"""Faults of the wire on a real proxy, and a venue that remembers what it was asked."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from typing import Any, Self

import pytest

from chaos.fault_client import FaultClient
from chaos.ground import Ground
from chaos.kinds import Evidence
from chaos.parse import parse_fault
from tests.chaos.running_proxy import RunningProxy
from tests.chaos.upstreams import HEAD, response, upstream

ORDER = "symbol=BTCUSDT&side=BUY&newClientOrderId="


class Venue:
    """Behind a listener of the proxy. Answers with the request line and the body that came with it."""

    def __init__(self, proxy: RunningProxy) -> None:
        self._proxy = proxy
        self.address = ""
        self.asked: list[bytes] = []
        """Request lines and bodies, in the order in which they came."""

    def serve(self, connection: socket.socket) -> None:
        buffer = b""
        while data := connection.recv(65_536):
            buffer += data
            while head := HEAD.match(buffer):
                length = int(_header(head[0], b"content-length") or 0)
                if len(buffer) < head.end() + length:
                    break
                body = buffer[head.end() : head.end() + length]
                buffer = buffer[head.end() + length :]
                said = head[1] + b" " + head[2] + (b" " + body if body else b"")
                self.asked.append(said)
                connection.sendall(response(said))


def _header(head: bytes, name: bytes) -> bytes:
    for line in head.split(b"\r\n"):
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip()
    return b""


@contextmanager
def remembering_venue(proxy: RunningProxy) -> Iterator[Venue]:
    venue = Venue(proxy)
    with upstream(venue.serve) as running:
        venue.address = proxy.lead_to(running.address)
        yield venue


@contextmanager
def fault(
    proxy: RunningProxy,
    kind: str,
    *,
    fault_id: str = "f",
    seed: int = 0,
    on: dict[str, Any] | None = None,
    **parameters: Any,
) -> Iterator[Evidence]:
    parsed, selector = parse_fault(kind, parameters, on or {})
    with parsed.applied(Ground(proxy=FaultClient(proxy.api), seed=seed), fault_id, selector) as evidence:
        yield evidence


class Client:
    """One connection that is kept alive."""

    def __init__(self, venue: Venue, seconds: float = 10) -> None:
        self._connection = HTTPConnection(venue.address, timeout=seconds)

    def get(self, target: str = "/api/v3/depth") -> tuple[int, bytes, str | None]:
        return self._ask("GET", target, None)

    def place(self, client_order_id: str) -> tuple[int, bytes, str | None]:
        return self._ask("POST", "/api/v3/order", ORDER + client_order_id)

    def _ask(self, method: str, target: str, body: str | None) -> tuple[int, bytes, str | None]:
        """Status, body, and which faults marked the reply. Raises OSError or HTTPException where there is none."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        self._connection.request(method, target, body, headers)
        reply = self._connection.getresponse()
        return reply.status, reply.read(), reply.getheader("X-Brownout-Fault")

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def lost(client: Client, client_order_id: str) -> bool:
    """Whether the order's reply never came."""
    with client, pytest.raises((OSError, HTTPException)):
        client.place(client_order_id)
    return True
