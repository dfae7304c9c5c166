"""How requests end that the venue's reply does not: an answer of ours, a cut, or silence."""

import asyncio
from http import HTTPStatus

from chaos.kinds.fault import Answer, Cut
from chaos.proxy.faults import ActiveFault
from chaos.proxy.side import Side

MARK = b"X-Brownout-Fault"

_NO_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class Silenced:
    """A connection that is answered no more. Lifting the fault resets it: nobody else would ever end the waiting."""

    def __init__(self, fault: ActiveFault, client: Side) -> None:
        self._fault = fault
        self._client = client
        fault.holding.add(self)

    def waive(self, fault: ActiveFault) -> None:  # noqa: ARG002 - there is only one
        self._client.reset()

    def end(self) -> None:
        """The connection is gone."""
        self._fault.holding.discard(self)


def reply(answer: Answer, method: bytes, marks: bytes, *, closes: bool) -> bytes:
    """The answer as bytes; ``closes`` says that it is the connection's last."""
    body = b"" if answer.status in _NO_BODY else answer.body.encode()
    lines = [
        b"HTTP/1.1 %d %b" % (answer.status, _phrase(answer.status)),
        b"Content-Type: %b" % (b"application/json" if body[:1] in (b"{", b"[") else b"text/plain; charset=utf-8"),
        b"" if answer.status in _NO_BODY else b"Content-Length: %d" % len(body),
        b"" if answer.retry_after_s is None else b"Retry-After: %d" % answer.retry_after_s,
        b"Connection: close" if closes else b"",
        b"%b: %b" % (MARK, marks),
    ]
    head = b"".join(line + b"\r\n" for line in lines if line)
    return head + b"\r\n" + (b"" if method == b"HEAD" else body)


def cut(client: Side, by: Cut) -> None:
    """End the client's connection once what has been written to it is on its way."""
    asyncio.get_running_loop().call_soon(client.reset if by.reset else client.close)


def _phrase(status: int) -> bytes:
    try:
        return HTTPStatus(status).phrase.encode()
    except ValueError:
        return b"Unknown"
