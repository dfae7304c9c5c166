"""A responder that no client outruns: parses each request with httptools, counts it, and writes ready-made bytes.

``--check SECRET`` also verifies every signature; too slow for measuring, it shows that a client's orders are real.
A second port tells ``{"requests": N, "invalid": N, "at_ns": MONOTONIC}`` to whoever connects, so that every client is
counted in the same place, by the same clock.
"""

import argparse
import asyncio
import json
import signal
import time
from typing import cast
from urllib.parse import urlsplit

import httptools
import uvloop

from benchmarks.signed_orders import Account, parameters
from scenarios.calibration.responder import NOTHING, ORDER, REPLIES, body_of, reply

BODY = body_of(ORDER)
REPLY = reply(BODY)


class Tally:
    """What has arrived so far, over all connections."""

    __slots__ = ("invalid", "requests")

    def __init__(self) -> None:
        self.requests = 0
        self.invalid = 0

    def line(self) -> bytes:
        return json.dumps({"requests": self.requests, "invalid": self.invalid, "at_ns": time.monotonic_ns()}).encode()


def answer(request: bytes) -> bytes:
    """The reply to a GET, which is neither parsed in full nor counted."""
    return REPLIES.get(request.split(b" ", 2)[1].partition(b"?")[0], NOTHING)


class Responder(asyncio.Protocol):
    """One connection: a request in, the ready-made reply out."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.parser = httptools.HttpRequestParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are not subclasses of asyncio's.
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"GET "):
            self.transport.write(answer(data))
        else:
            self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self.tally.requests += 1
        self.transport.write(REPLY)


class CheckingResponder(Responder):
    """Also verifies that each request is a LIMIT order with a good signature, in its query, its body or both."""

    def __init__(self, tally: Tally, account: Account) -> None:
        super().__init__(tally)
        self.account = account
        self.url = self.body = b""

    def on_url(self, url: bytes) -> None:
        """Called by the parser."""
        self.url += url

    def on_body(self, body: bytes) -> None:
        """Called by the parser."""
        self.body += body

    def on_message_complete(self) -> None:
        """Called by the parser."""
        payload = urlsplit(self.url.decode()).query + self.body.decode()
        self.url = self.body = b""
        if not self.account.signs(payload) or parameters(payload).get("type") != "LIMIT":
            self.tally.invalid += 1
        super().on_message_complete()


class Teller(asyncio.Protocol):
    """Tells the tally to whoever connects."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        told = cast("asyncio.Transport", transport)
        told.write(self.tally.line())
        told.close()


async def serve(secret: str | None) -> None:
    """Listen on two free ports of this host, say which, and serve until told to stop."""
    tally, loop = Tally(), asyncio.get_running_loop()
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)

    def responder() -> Responder:
        return Responder(tally) if secret is None else CheckingResponder(tally, Account(secret=secret))

    orders = await loop.create_server(responder, "127.0.0.1", 0, backlog=1024)
    told = await loop.create_server(lambda: Teller(tally), "127.0.0.1", 0)
    ports = [server.sockets[0].getsockname()[1] for server in (orders, told)]
    print(json.dumps({"rest": f"http://127.0.0.1:{ports[0]}", "tally_port": ports[1]}), flush=True)
    await stopped.wait()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", metavar="SECRET", default=None)
    uvloop.run(serve(arguments.parse_args().check))
