"""A small HTTP/1.1 server for the control API: whole requests in, JSON answers out, one after the other.

It shares the event loop with the traffic, so answering must never wait for a connection; see ``ControlApi``.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import cast

import httptools
import msgspec

BODY_BYTES_MAX = 1_048_576
_WAITING_MAX = 64


@dataclass(slots=True)
class Call:
    """A whole request; header names in lower case."""

    method: str = ""
    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    keep_alive: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What it is answered with."""

    status: int
    document: object | None = None
    """Encoded as JSON; None for no body."""
    text: bytes | None = None
    """In place of a document."""
    content_type: str = "application/json"


Answer = Callable[[Call], Awaitable[Reply]]


class ApiConnection(asyncio.Protocol):
    """One connection of a client of the API; the methods named on_… are the parser's callbacks."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._parser = httptools.HttpRequestParser(self)
        self._call = Call()
        self._waiting: deque[Call] = deque()
        self._working: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, f"not a request of HTTP/1.1: {error}")

    def on_message_begin(self) -> None:
        self._call = Call()

    def on_url(self, url: bytes) -> None:
        self._call.path += url.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        self._call.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._call.body += body
        if len(self._call.body) > BODY_BYTES_MAX:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is longer than {BODY_BYTES_MAX} bytes")

    def on_message_complete(self) -> None:
        self._call.method = self._parser.get_method().decode()
        self._call.keep_alive = self._parser.should_keep_alive()
        self._waiting.append(self._call)
        if len(self._waiting) > _WAITING_MAX:
            self._refuse(HTTPStatus.TOO_MANY_REQUESTS, f"more than {_WAITING_MAX} requests wait on one connection")
        elif self._working is None or self._working.done():
            self._working = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        while self._waiting:
            call = self._waiting.popleft()
            self._send(await self._answer(call), call.keep_alive)

    def _refuse(self, status: HTTPStatus, text: str) -> None:
        self._waiting.clear()
        self._send(Reply(status, {"error": text, "status": int(status)}), keep_alive=False)

    def _send(self, reply: Reply, keep_alive: bool) -> None:
        if self._transport.is_closing():
            return
        body = reply.text
        if body is None:
            body = b"" if reply.document is None else msgspec.json.encode(reply.document)
        self._transport.write(_head(reply, len(body), keep_alive) + body)
        if not keep_alive:
            self._transport.close()


def _head(reply: Reply, length: int, keep_alive: bool) -> bytes:
    status = reply.status
    connection = "keep-alive" if keep_alive else "close"
    content = (
        "" if status == HTTPStatus.NO_CONTENT else f"Content-Type: {reply.content_type}\r\nContent-Length: {length}\r\n"
    )
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{content}Connection: {connection}\r\n\r\n".encode()
