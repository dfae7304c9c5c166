"""A socket before it is a WebSocket: the handshake with its limits. The one place that knows picows from the inside.

picows' own protocol class is used rather than its ``ws_create_server``, because that one shows nothing of a connection
before its handshake is whole: neither a head that grows nor one that never ends could be answered or ended.
"""

import logging
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

from picows import WSAutoPingStrategy, WSUpgradeRequest, WSUpgradeResponse, WSUpgradeResponseWithListener
from picows.picows import WSProtocol  # type: ignore[attr-defined]

from mock_exchange.gateway.errors import transport_error_json
from mock_exchange.limits.refusals import RateLimited
from mock_exchange.websocket.connection import Connection
from mock_exchange.websocket.endpoint import WebSocketTarget

if TYPE_CHECKING:
    import asyncio

    from mock_exchange.websocket.server import WebSocketServer

_LOGGER = logging.getLogger(__name__)

_QUIET = logging.Logger("picows", logging.CRITICAL + 1)
"""What clients do wrong is answered, not logged."""

_LINGER_NS = 1_000_000_000
"""How long one that was refused before the handshake may take to read why."""

_READ_BUFFER_BYTES = 2048
"""To begin with; it grows with what comes. Ten thousand idle connections have ten thousand of them."""

_QUERY_FIELDS_MAX = 16


class BadTarget(Exception):
    """The request target cannot be understood."""


class Wire(WSProtocol):  # type: ignore[misc]
    """One accepted socket."""

    def __init__(self, server: "WebSocketServer") -> None:
        super().__init__(
            None,  # host and port of a client
            None,  # path of a client
            False,  # is a client
            self._upgrade,
            _QUIET,
            True,  # disconnect on an exception
            None,  # no handshake timer: it would end in a future that nobody asks, which the event loop complains of
            False,  # pings and pongs are counted, so they are ours
            20,
            20,
            WSAutoPingStrategy.PING_WHEN_IDLE,
            False,
            server.limits.message_bytes,
            None,  # extra headers of a client
            _READ_BUFFER_BYTES,
        )
        self._server = server
        self.address = ""
        self._accepted_ns = server.monotonic_ns()
        self.look_ns = self._accepted_ns + server.limits.handshake_deadline
        """When to call ``enforce_deadlines`` next: ten thousand idle connections must not be asked every time."""
        self._head_bytes = 0
        self._refused_ns = 0
        """When the connection was refused; nothing is read after it."""
        self._connection: Connection | None = None

    # The socket's side

    def connection_made(self, transport: "asyncio.Transport") -> None:
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        if not self._server.welcome(self):
            self._refuse(503, "Too many connections.")

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._server.farewell(self)
        if self._connection is not None:
            self._connection.gone()

    def buffer_updated(self, count: int) -> None:
        if self._refused_ns:
            return
        if self._connection is None:
            self._head_bytes += count
            if self._head_bytes > self._server.limits.head_bytes:
                self._refuse(431, "The request's head is too large.")
                return
        super().buffer_updated(count)
        if self._connection is not None and self._connection.noticed_breach():
            self._refused_ns = self._server.monotonic_ns()

    # The server's side

    def enforce_deadlines(self, now_ns: int) -> None:
        limits = self._server.limits
        if self._connection is not None:
            self.look_ns = self._connection.enforce_deadlines(now_ns)
        elif self._refused_ns:
            if now_ns - self._refused_ns > _LINGER_NS:
                self.abort()
        elif now_ns - self._accepted_ns > limits.handshake_deadline:
            self._refuse(408, "The handshake did not come in time.")

    def shut_down(self) -> None:
        if self._connection is None:
            self.abort()
        else:
            self._connection.shut_down()

    def abort(self) -> None:
        self.transport.underlying_transport.abort()

    def _look_soon(self) -> None:
        self.look_ns = 0

    # The handshake

    def _upgrade(self, request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
        try:
            return self._answer(request)
        except BadTarget as error:
            return _refusal(400, str(error))
        except RateLimited as error:
            return _refused_with(error.status, error.body(), {"Retry-After": str(error.retry_after_s)})
        except Exception:
            _LOGGER.exception("a connection could not be opened")
            return _refusal(500, "An internal error occurred while opening the connection.")

    def _answer(self, request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
        target = read_target(request)
        endpoint = self._server.endpoints.find(target.path)
        if endpoint is None:
            return _refusal(404, f"There is nothing at {target.path}.")
        limiter = self._server.limiter
        self.address = limiter.caller(self.address, request.headers.get("X-Forwarded-For", ""))
        limiter.connect(self.address)
        connection = Connection(self._server, self.address, self._look_soon)
        session = endpoint.open(target, connection)
        if session is None:
            return _refusal(404, f"There is nothing at {target.path}.")
        connection.attach(session, endpoint)
        self._connection = connection
        self._look_soon()
        return WSUpgradeResponseWithListener(WSUpgradeResponse.create_101_response(), connection)

    def _refuse(self, status: int, text: str) -> None:
        """Say why, stop writing, and read no more of it."""
        self._refused_ns = self._server.monotonic_ns()
        self._look_soon()
        response = _refusal(status, text).response
        response.headers["Connection"] = "close"
        transport = self.transport.underlying_transport
        transport.write(bytes(response.to_bytes()))
        transport.write_eof()


def read_target(request: WSUpgradeRequest) -> WebSocketTarget:
    """Raises BadTarget."""
    _accept_token_lists(request)
    path, _, query = request.path.decode("latin-1").partition("?")
    segments = [unquote(segment) for segment in path.split("/") if segment]
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_QUERY_FIELDS_MAX)
    except ValueError as error:
        raise BadTarget(f"The query has more than {_QUERY_FIELDS_MAX} parameters.") from error
    return WebSocketTarget("/" + "/".join(segments), dict(pairs), request.headers)


def _accept_token_lists(request: WSUpgradeRequest) -> None:
    """``Connection: keep-alive, Upgrade``, which some clients send, is as good; picows wants the one word alone."""
    tokens = [token.strip().lower() for token in request.headers.get("Connection", "").split(",")]
    if "upgrade" in tokens:
        request.headers["Connection"] = "Upgrade"


def _refusal(status: int, text: str) -> WSUpgradeResponseWithListener:
    return _refused_with(status, transport_error_json(status, text), {})


def _refused_with(status: int, body: bytes, headers: dict[str, str]) -> WSUpgradeResponseWithListener:
    headers = {"Content-Type": "application/json"} | headers
    return WSUpgradeResponseWithListener(WSUpgradeResponse.create_error_response(status, body, headers), None)
