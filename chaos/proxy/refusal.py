"""What answers the client when the upstream could not be connected: that nothing of what was asked has been done.

TCP has accepted the client by then, and its request may be on its way. Cut off, it could not know whether the venue
had read it; so each HTTP request gets a reply of the proxy's own. What is not HTTP can be told nothing, and is reset.
"""

import asyncio

from chaos.proxy.faults import Touch
from chaos.proxy.framing import RequestScanner
from chaos.proxy.request_lane import RequestLane
from chaos.proxy.response_lane import ResponseLane
from chaos.proxy.side import Side
from chaos.proxy.timer import Alarm, Timer

HEADER = b"X-Brownout-Proxy"
"""In replies that are the proxy's own; the value says why it gave one."""

BODY = b'{"msg":"Internal error; unable to process your request. Please try again."}'
"""The text of a 503 that means a failed request, not an unknown one (Binance Spot REST API, "HTTP Return Codes")."""

_PATIENCE_NS = 2_000_000_000
"""For a request that is not here yet, and for the client to close after its answer."""


class Refusal:
    """Stands where the upstream would: requests are written to it, and it answers through the lane of responses.

    The last answer announces the end of the connection, so that no client sends another request into the closing one.
    """

    def __init__(self, client: Side, requests: RequestLane, responses: ResponseLane, timer: Timer, why: bytes) -> None:
        self._client = client
        self._requests = requests
        self._responses = responses
        self._timer = timer
        self._why = why
        self._scanner = RequestScanner()
        self._unanswered: list[bytes] = []
        self._alarm: Alarm | None = None

    @property
    def open(self) -> bool:
        return True

    def begin(self, touch: Touch | None) -> None:
        """Nothing shapes requests that go nowhere."""

    def start(self) -> None:
        """Take what has been asked already, and wait a moment for what has not."""
        self._wait()
        self._requests.divert(self)

    def write(self, data: bytes) -> None:
        """A request is answered once its head is here; what comes after the last answer is read and dropped."""
        if self._responses.ended:
            return
        pieces = self._scanner.feed(data)
        if self._scanner.opaque:
            self._client.reset()
            return
        for piece in pieces:
            if piece.head_length:
                self._ask(piece.data[: piece.data.index(b" ")])

    def write_eof(self) -> None:
        """The client asks no more; one that has asked nothing that can be answered is cut off."""
        if not self._unanswered and not self._responses.ended:
            self._client.reset()

    def close(self) -> None:
        """The client is gone."""
        if self._alarm is not None:
            self._alarm.cancel()

    def _ask(self, method: bytes) -> None:
        if not self._unanswered:  # together with those that came in the same bytes: which one is last shows only then
            asyncio.get_running_loop().call_soon(self._answer)
        self._unanswered.append(method)

    def _answer(self) -> None:
        methods, self._unanswered = self._unanswered, []
        over = not self._requests.holding
        for left, method in zip(range(len(methods) - 1, -1, -1), methods, strict=True):
            self._responses.receive(_reply(method, self._why, last=over and left == 0))
        if over:
            self._responses.end()

    def _wait(self) -> None:
        self._alarm = self._timer.call_at(self._timer.now_ns() + _PATIENCE_NS, self._lose_patience)

    def _lose_patience(self) -> None:
        if self._responses.ended:
            self._client.close()
        elif self._requests.holding:
            self._wait()
        else:
            self._client.reset()


def refused_because(error: OSError) -> bytes:
    """The header's value."""
    return b"upstream refused" if isinstance(error, ConnectionRefusedError) else b"upstream not reached"


def _reply(method: bytes, why: bytes, *, last: bool) -> bytes:
    head = b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%b: %b\r\n"
    end = b"Connection: close\r\n\r\n" if last else b"\r\n"
    return head % (len(BODY), HEADER, why) + end + (b"" if method == b"HEAD" else BODY)
