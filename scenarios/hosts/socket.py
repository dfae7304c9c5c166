"""Both ends of a control connection: CurveZMQ sockets that say when a handshake failed or a connection was lost."""

import math
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

import zmq
from pydantic import BaseModel
from zmq.auth.thread import ThreadAuthenticator
from zmq.utils.monitor import recv_monitor_message

from scenarios.errors import InvalidTarget
from scenarios.hosts.keys import JoinKeys

DOMAIN = "brownout"
HEARTBEAT_MS = 1_000
LOST_MS = 10_000
"""A connection over which nothing came for so long, not even a heartbeat, is closed."""
LINGER_MS = 2_000
"""For words that are still under way when a socket is closed."""
FRAMES_WAITING_MAX = 64
"""Of a quarter of a megabyte each at most: a worker that stores faster than the way takes waits."""
FRAME_BYTES_MAX = 16 * 1024 * 1024
"""Of the plan of a run, the longest frame; whoever announces more, before or after the handshake, is disconnected."""
REFUSED = (
    zmq.Event.HANDSHAKE_FAILED_NO_DETAIL,
    zmq.Event.HANDSHAKE_FAILED_PROTOCOL,
    zmq.Event.HANDSHAKE_FAILED_AUTH,
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What somebody sent: his address, a JSON document, and bytes that belong to it."""

    sender: bytes
    document: bytes
    content: bytes


class _Monitored:
    """A socket and what happens to its connections."""

    def __init__(self, socket: "zmq.Socket[bytes]") -> None:
        self.socket = socket
        self._monitor = socket.get_monitor_socket()

    def happened(self) -> list[zmq.Event]:
        """What happened to connections since it was last asked."""
        events = []
        while self._monitor.poll(0):
            events.append(zmq.Event(recv_monitor_message(self._monitor)["event"]))
        return events

    def wait(self, seconds_max: float, *descriptors: int) -> None:
        """Until there is something to read, on the socket or one of the file descriptors, or something happened."""
        poller = zmq.Poller()
        for each in (self.socket, self._monitor, *descriptors):
            poller.register(each, zmq.POLLIN)
        poller.poll(math.ceil(max(0.0, seconds_max) * 1000))

    def close(self) -> None:
        self.socket.disable_monitor()
        self._monitor.close(0)
        self.socket.close(LINGER_MS)


class Door(_Monitored):
    """The run's end."""

    def __init__(self, socket: "zmq.Socket[bytes]", address: str) -> None:
        super().__init__(socket)
        self.address = address
        """``HOST:PORT``, with the port that was found where none was asked for."""

    def frames(self) -> Iterator[Frame]:
        """What has come by now."""
        while self.socket.poll(0):
            parts = self.socket.recv_multipart()
            if len(parts) == 3:
                yield Frame(*parts)

    def say(self, to: bytes, word: BaseModel) -> None:
        """Whoever has gone does not hear it."""
        self.socket.send_multipart([to, word.model_dump_json().encode()])


class Line(_Monitored):
    """A worker's end."""

    def documents(self) -> Iterator[bytes]:
        """What has come by now."""
        while self.socket.poll(0):
            yield self.socket.recv()

    def say(self, word: BaseModel, content: bytes = b"") -> None:
        """Raises zmq.Again where the run has taken nothing for as long as it takes to be given up."""
        self.socket.send_multipart([word.model_dump_json().encode(), content])

    def say_at_once(self, word: BaseModel) -> None:
        """Or not at all, where nobody is there to hear it."""
        with suppress(zmq.Again):
            self.socket.send_multipart([word.model_dump_json().encode(), b""], zmq.DONTWAIT)


class _OnlyWorkers:
    """Tells ZeroMQ's authenticator whose key opens the door."""

    def __init__(self, public: bytes) -> None:
        self._public = public

    def callback(self, _domain: str, key: bytes) -> bool:
        return key == self._public


@contextmanager
def opened(address: str, keys: JoinKeys) -> Iterator[Door]:
    """Listen at ``HOST:PORT``; port 0 finds one that is free. Raises InvalidTarget where that cannot be."""
    with zmq.Context() as context:
        authenticator = ThreadAuthenticator(context)
        authenticator.start()
        try:
            authenticator.configure_curve_callback(DOMAIN, _OnlyWorkers(keys.worker.public))
            socket = context.socket(zmq.ROUTER)
            socket.zap_domain = DOMAIN.encode()
            socket.curve_server = True
            socket.curve_publickey, socket.curve_secretkey = keys.master.public, keys.master.secret
            _settle(socket, address)
            try:
                socket.bind(f"tcp://{address}")
            except zmq.ZMQError as error:
                socket.close(0)
                raise InvalidTarget("--listen", address, f"cannot be listened at: {error.strerror}") from error
            bound = socket.getsockopt_string(zmq.LAST_ENDPOINT).removeprefix("tcp://")
            with closing(Door(socket, bound)) as door:
                yield door
        finally:
            authenticator.stop()


@contextmanager
def connecting(address: str, keys: JoinKeys) -> Iterator[Line]:
    """Go on trying to connect to ``HOST:PORT``; whether that worked, ``happened`` tells."""
    with zmq.Context() as context:
        socket = context.socket(zmq.DEALER)
        socket.curve_serverkey = keys.master.public
        socket.curve_publickey, socket.curve_secretkey = keys.worker.public, keys.worker.secret
        _settle(socket, address)
        socket.sndhwm, socket.sndtimeo = FRAMES_WAITING_MAX, LOST_MS
        with closing(Line(socket)) as line:
            try:
                socket.connect(f"tcp://{address}")
            except zmq.ZMQError as error:
                raise InvalidTarget("--master", address, f"cannot be connected to: {error.strerror}") from error
            yield line


def _settle(socket: "zmq.Socket[bytes]", address: str) -> None:
    socket.ipv6 = address.startswith("[")  # else names stand for IPv4, and hosts without IPv6 are content
    socket.heartbeat_ivl, socket.heartbeat_timeout = HEARTBEAT_MS, LOST_MS
    socket.linger, socket.maxmsgsize = LINGER_MS, FRAME_BYTES_MAX
    socket.sndhwm = socket.rcvhwm = 0  # a run that is busy goes on reading: else it would hear no heartbeats either
