"""A WebSocket through the proxy, both of its ends in the test's hands; wsproto speaks for them."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from typing import Any

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Ping, Pong, Request, TextMessage

from tests.chaos.running_proxy import RunningProxy
from tests.chaos.upstreams import upstream
from tests.chaos.wire_faults import fault

STREAM = "btcusdt@depth"


class Peer:
    """One end. What is read is kept in order; pings are answered as soon as they are read."""

    def __init__(self, connection: socket.socket, side: ConnectionType) -> None:
        self.connection = connection
        self.connection.settimeout(20)
        self.protocol = WSConnection(side)
        self.said: list[str] = []
        self.received_bytes = 0
        self._text = ""
        """Of a message that is under way."""
        self._pings = self._pongs = 0
        self._opened = threading.Event()

    def shake_hands(self, target: str = "") -> None:
        """The client asks for ``target``; the venue accepts whatever it is asked for."""
        if target:
            self.connection.sendall(self.protocol.send(Request(host="venue", target=target)))
        while not self._opened.is_set():
            self._read()

    def say(self, text: str) -> None:
        self.connection.sendall(self.frame(text))

    def tell(self, number: int, stream: str = STREAM) -> None:
        """An event of a combined stream."""
        self.say(json.dumps({"stream": stream, "data": {"e": "depthUpdate", "s": "BTCUSDT", "u": number}}))

    def frame(self, text: str) -> bytes:
        return self.protocol.send(TextMessage(data=text))

    def ping(self) -> None:
        self.connection.sendall(self.protocol.send(Ping(payload=b"p")))

    def hear(self, messages: int) -> list[str]:
        """The first so many of what is said."""
        while len(self.said) < messages:
            self._read()
        return self.said[:messages]

    def numbers(self, messages: int) -> list[int]:
        return [json.loads(text)["data"]["u"] for text in self.hear(messages)]

    def hear_ping(self) -> None:
        """It is answered at once."""
        while not self._pings:
            self._read()

    def hear_pong(self) -> None:
        while not self._pongs:
            self._read()

    def hear_bytes(self, count: int) -> None:
        """At least so many, whole frames or not."""
        while self.received_bytes < count:
            self._read()

    def _read(self) -> None:
        data = self.connection.recv(65_536)
        self.received_bytes += len(data)
        self.protocol.receive_data(data or None)
        for event in self.protocol.events():
            match event:
                case Request():
                    self.connection.sendall(self.protocol.send(AcceptConnection()))
                    self._opened.set()
                case AcceptConnection():
                    self._opened.set()
                case TextMessage():
                    self._text += event.data
                    if event.message_finished:
                        self.said.append(self._text)
                        self._text = ""
                case Ping():
                    self._pings += 1
                    self.connection.sendall(self.protocol.send(event.response()))
                case Pong():
                    self._pongs += 1


@contextmanager
def websocket(proxy: RunningProxy, target: str = "/stream?streams=btcusdt@depth") -> Iterator[tuple[Peer, Peer]]:
    """The client and the venue, connected through the proxy; they have shaken hands."""
    accepted: Queue[Peer] = Queue()
    over = threading.Event()

    def serve(connection: socket.socket) -> None:
        venue = Peer(connection, ConnectionType.SERVER)
        venue.shake_hands()
        accepted.put(venue)
        over.wait(60)

    with upstream(serve) as running:
        host, _, port = proxy.lead_to(running.address).partition(":")
        with socket.create_connection((host, int(port)), 20) as connection:
            client = Peer(connection, ConnectionType.CLIENT)
            client.shake_hands(target)
            try:
                yield client, accepted.get(timeout=20)
            finally:
                over.set()


def touched(proxy: RunningProxy, kind: str, seed: int, messages: int, **parameters: Any) -> set[int]:
    """Which of so many messages a fault with a probability keeps from coming."""
    with websocket(proxy) as (client, venue), fault(proxy, kind, seed=seed, **parameters):
        for number in range(messages):
            venue.tell(number)
        venue.say("end")
        while "end" not in client.said:
            client.hear(len(client.said) + 1)
    return set(range(messages)) - {json.loads(text)["data"]["u"] for text in client.said[:-1]}
