"""The venue as the traffic sees it: a request goes in, a reply or its absence comes out."""

from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

from scenarios.client.classify import Reply
from scenarios.client.connection import Sending
from scenarios.client.counts import CallCounts
from scenarios.client.limits import TimeLimits
from scenarios.client.pool import ConnectionPool
from scenarios.client.profiled import Writer, request_writer
from scenarios.client.tracing import TraceHeaders, with_header
from scenarios.errors import InvalidTarget
from scenarios.operations import Request
from scenarios.venues import VenueProfile

HTTP_PORT = 80


class Client(Protocol):
    """Calls one venue with one account."""

    def call(self, request: Request, sending: Sending) -> Reply:
        """Raises CallFailed. ``sending.sent_ns`` stays negative unless a byte was written."""
        ...

    def close(self) -> None: ...


class VenueClient:
    """Calls one venue with one account over a pool of connections."""

    def __init__(self, pool: ConnectionPool, writer: Writer) -> None:
        self._pool = pool
        self._writer = writer

    def call(self, request: Request, sending: Sending) -> Reply:
        """Raises CallFailed. ``sending.sent_ns`` stays negative unless a byte was written."""
        connection = self._pool.take()
        try:
            return connection.call(lambda: self._writer.write(request), sending)
        finally:
            self._pool.give_back(connection)

    def close(self) -> None:
        self._pool.close()


class TracedVenueClient(VenueClient):
    """Says with every request which trace it belongs to."""

    def __init__(self, pool: ConnectionPool, writer: Writer, headers: TraceHeaders) -> None:
        super().__init__(pool, writer)
        self._headers = headers

    def call(self, request: Request, sending: Sending) -> Reply:
        line = self._headers.line(sending.arrival)
        connection = self._pool.take()
        try:
            return connection.call(lambda: with_header(self._writer.write(request), line), sending)
        finally:
            self._pool.give_back(connection)


def address_of(base_url: str) -> tuple[str, int]:
    """Host and port of ``http://host:port``. Raises InvalidTarget."""
    parts = urlsplit(base_url)
    if parts.scheme != "http" or not parts.hostname or parts.path.strip("/") or parts.query:
        raise InvalidTarget("base URL", base_url, "must be plain http://host:port")
    return parts.hostname, parts.port or HTTP_PORT


def venue_client(
    base_url: str,
    account: tuple[str, str],
    *,
    clock: Callable[[], int],
    wall_clock_ns: Callable[[], int],
    timeout_ns: int,
    connections_max: int,
    counts: CallCounts | None = None,
    headers: TraceHeaders | None = None,
    named_host: str = "",
    profile: VenueProfile = VenueProfile(),  # noqa: B008  frozen
) -> VenueClient:
    """A client of the venue at ``base_url`` for an account's key and secret; traced where there are ``headers``.

    ``named_host``: what the requests name as their ``Host``, where it is not the address that they go to.

    Raises InvalidTarget for a base URL that is none, and for a secret that cannot sign as the ``profile`` says.
    """
    host, port = address_of(base_url)
    pool = ConnectionPool((host, port), clock, TimeLimits(clock, timeout_ns), connections_max, counts or CallCounts())
    writer = request_writer(named_host or f"{host}:{port}", account, wall_clock_ns, profile)
    return VenueClient(pool, writer) if headers is None else TracedVenueClient(pool, writer, headers)
