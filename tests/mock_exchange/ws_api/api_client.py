"""A client of the WebSocket API that signs as the documentation says, and keeps replies and events apart."""

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count

from tests.mock_exchange.served import OWN, Account, Json, Served, now_ms, signature
from tests.mock_exchange.websocket_client import WebSocket

PATH = "/ws-api/v3"


def signed_parameters(parameters: Mapping[str, object], account: Account = OWN) -> dict[str, object]:
    whole: dict[str, object] = {"apiKey": account.key, "timestamp": now_ms(), **parameters}
    text = "&".join(f"{name}={whole[name]}" for name in sorted(whole))
    return whole | {"signature": signature(text, account.secret)}


class ApiClient:
    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.events: deque[Json] = deque()
        """What came while a reply was awaited."""
        self._ids = count(1)

    def ask(self, method: str, parameters: Mapping[str, object] | None = None) -> Json:
        """Send a request, and return its reply."""
        request_id = next(self._ids)
        request: dict[str, object] = {"id": request_id, "method": method}
        self.socket.send_json(request if parameters is None else request | {"params": parameters})
        while "id" not in (message := self.socket.read_json()):
            self.events.append(message)
        assert message["id"] == request_id, message
        return message

    def signed(self, method: str, account: Account = OWN, /, **parameters: object) -> Json:
        return self.ask(method, signed_parameters(parameters, account))

    def subscribe(self, account: Account = OWN) -> int:
        """Returns the subscription's id."""
        reply = self.signed("userDataStream.subscribe.signature", account)
        assert reply["status"] == 200, reply
        return int(reply["result"]["subscriptionId"])

    def event(self) -> Json:
        """The next message that is no reply."""
        return self.events.popleft() if self.events else self.socket.read_json()

    def told(self, number: int) -> list[Json]:
        """The next so many events, without their envelopes."""
        return [self.event()["event"] for _ in range(number)]


@contextmanager
def api(exchange: Served, query: str = "") -> Iterator[ApiClient]:
    socket = WebSocket.opened(exchange.port("ws"), PATH + query)
    try:
        yield ApiClient(socket)
    finally:
        socket.close()
