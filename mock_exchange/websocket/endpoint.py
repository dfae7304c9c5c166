"""The seam between connections and what is said on them: who answers at which path. Knows no sockets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WebSocketTarget:
    """What a client asked to be connected to."""

    path: str
    """Without the query, percent-encoding decoded, empty segments left out."""
    query: Mapping[str, str]
    """Of a name that is given twice, the last."""
    headers: Mapping[str, str]
    """Names in any case."""


class Session(Protocol):
    """What is behind one connection; made by an Endpoint."""

    def received(self, message: bytes) -> None:
        """One whole text message; it is valid UTF-8."""

    def shutting_down(self) -> None:
        """The server is about to close this connection: say so, as the venue's serverShutdown event does."""

    def closed(self) -> None:
        """The connection is gone. Called once, and nothing is called after it."""


class Peer(Protocol):
    """The connection, as a session sees it."""

    address: str

    def send(self, payload: bytes) -> None:
        """Send a text message. One who does not read is cut instead; without effect once the connection is closing."""

    def close(self, code: int, reason: str) -> None:
        """Close with a code of RFC 6455, section 7.4, and a reason of at most 123 bytes."""


class Endpoint(Protocol):
    """Opens the sessions of its paths."""

    @property
    def messages_per_second(self) -> int | None:
        """How many frames of any kind a client may send in a second before it is cut; None: as many as it likes."""

    def open(self, target: WebSocketTarget, peer: Peer) -> Session | None:
        """The session for a new connection, or None: 404. The peer can be sent to once this has returned."""


class Endpoints:
    """Which endpoint answers for a path: the one with the longest prefix of whole segments."""

    def __init__(self, by_prefix: Mapping[str, Endpoint]) -> None:
        self._by_prefix = sorted(by_prefix.items(), key=lambda item: len(item[0]), reverse=True)

    def find(self, path: str) -> Endpoint | None:
        return next((it for prefix, it in self._by_prefix if path == prefix or path.startswith(f"{prefix}/")), None)
