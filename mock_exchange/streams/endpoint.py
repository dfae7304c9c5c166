"""The paths of the streams: ``/ws`` and ``/ws/<stream>`` raw, ``/stream?streams=<a>/<b>`` combined.

``/stream/ws/<n>`` is raw, too: ccxt.pro takes an address for a spot market's only where it has ``/stream`` in it, and
adds a number of its own.
"""

from mock_exchange.streams.feed import TimeUnit
from mock_exchange.streams.hub import Hub
from mock_exchange.streams.session import StreamSession
from mock_exchange.websocket.endpoint import Peer, Session, WebSocketTarget
from mock_exchange.websocket.limits import WebSocketLimits

PREFIXES = ("/ws", "/stream")
_ALIAS = "/stream/ws"
_TIME_UNITS = {"": TimeUnit.MILLISECOND, "millisecond": TimeUnit.MILLISECOND, "microsecond": TimeUnit.MICROSECOND}


class StreamEndpoint:
    """Opens the sessions, and subscribes what their addresses name."""

    def __init__(self, hub: Hub, limits: WebSocketLimits) -> None:
        self._hub = hub
        self._limits = limits

    @property
    def messages_per_second(self) -> int | None:
        return self._limits.messages_per_second

    def open(self, target: WebSocketTarget, peer: Peer) -> Session | None:
        unit = _TIME_UNITS.get(target.query.get("timeUnit", "").lower())
        path = target.path.removeprefix("/stream") if _is_alias(target.path) else target.path
        if unit is None or (path.startswith("/stream") and path != "/stream"):
            return None
        session = StreamSession(
            self._hub,
            peer,
            combined=path == "/stream",
            unit=unit,
            streams_max=self._limits.streams,
            wall_ns=self._hub.wall_ns,
        )
        session.listen(_listed(target) if path == "/stream" else path.removeprefix("/ws").split("/"))
        return session


def _listed(target: WebSocketTarget) -> list[str]:
    """A plus sign that was not encoded, as in ``@+08:00``, is a space in a query; names have no spaces."""
    return target.query.get("streams", "").replace(" ", "+").split("/")


def _is_alias(path: str) -> bool:
    return path == _ALIAS or path.startswith(f"{_ALIAS}/")
