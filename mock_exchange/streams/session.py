"""One client of the streams: what it listens to, and its requests to listen to more or less."""

from collections.abc import Callable, Iterable

from mock_exchange.streams.feed import Feed, TimeUnit
from mock_exchange.streams.hub import Hub
from mock_exchange.streams.requests import (
    Method,
    Request,
    RequestError,
    RequestId,
    error_json,
    invalid,
    read_request,
    result_json,
)
from mock_exchange.streams.stream import ENCODER
from mock_exchange.websocket.endpoint import Peer

_POLICY_VIOLATION = 1008


class StreamSession:
    """The Session of a connection; what it listens to ends with it."""

    def __init__(
        self,
        hub: Hub,
        peer: Peer,
        *,
        combined: bool,
        unit: TimeUnit,
        streams_max: int,
        wall_ns: Callable[[], int],
    ) -> None:
        self._hub = hub
        self._peer = peer
        self._combined = combined
        self._unit = unit
        self._streams_max = streams_max
        self._wall_ns = wall_ns
        self._feeds: dict[str, Feed] = {}

    def listen(self, names: Iterable[str]) -> None:
        """To the streams that the address of the connection names; what is none of ours is passed over.

        Clients put numbers there, or other words, to tell their connections apart.
        """
        for name in names:
            if len(self._feeds) < self._streams_max and (feed := self._hub.enter(name)) is not None:
                self._join(feed)

    def received(self, message: bytes) -> None:
        try:
            request = read_request(message)
            reply = result_json(self._perform(request), request.request_id)
        except RequestError as error:
            reply = error_json(error)
        self._peer.send(reply)

    def shutting_down(self) -> None:
        event = {"e": "serverShutdown", "E": self._unit.of_ns(self._wall_ns())}
        self._peer.send(ENCODER.encode({"stream": "!serverShutdown", "data": event} if self._combined else event))

    def closed(self) -> None:
        for feed in self._feeds.values():
            feed.leave(self)
            self._hub.exit(feed)
        self._feeds.clear()

    def _perform(self, request: Request) -> object:
        match request.method:
            case Method.SUBSCRIBE:
                self._subscribe(_names(request), request.request_id)
            case Method.UNSUBSCRIBE:
                self._unsubscribe(_names(request))
            case Method.LIST_SUBSCRIPTIONS:
                return self._list(request)
            case Method.SET_PROPERTY:
                self._set_property(request)
            case Method.GET_PROPERTY:
                return self._get_property(request)
        return None

    def _subscribe(self, names: list[str], request_id: RequestId) -> None:
        """All of them or none."""
        wanted = dict.fromkeys(name for name in names if name not in self._feeds)
        if len(self._feeds) + len(wanted) > self._streams_max:
            self._peer.close(_POLICY_VIOLATION, f"more than {self._streams_max} streams")
            return
        feeds = [self._hub.enter(name) for name in wanted]
        found = [feed for feed in feeds if feed is not None]
        if len(found) < len(feeds):
            for feed in found:
                self._hub.exit(feed)
            raise invalid("invalid stream", request_id)
        for feed in found:
            self._join(feed)

    def _unsubscribe(self, names: list[str]) -> None:
        for name in names:
            feed = self._feeds.pop(name, None)
            if feed is not None:
                feed.leave(self)
                self._hub.exit(feed)

    def _list(self, request: Request) -> list[str]:
        if request.params:
            raise invalid("too many parameters", request.request_id)
        return list(self._feeds)

    def _set_property(self, request: Request) -> None:
        _check_property(request, parameters=2)
        combined = request.params[1] if len(request.params) > 1 else None
        if not isinstance(combined, bool):
            raise RequestError(1, "Invalid value type: expected Boolean", request.request_id)
        self._combined = combined
        for feed in self._feeds.values():
            feed.leave(self)
            self._join(feed)

    def _get_property(self, request: Request) -> bool:
        _check_property(request, parameters=1)
        return self._combined

    def _join(self, feed: Feed) -> None:
        self._feeds[feed.name] = feed
        feed.join(self, self._peer.send, self._unit, combined=self._combined)


def _names(request: Request) -> list[str]:
    names = [name for name in request.params if isinstance(name, str)]
    if not names or len(names) < len(request.params):
        raise invalid("params must be an array of stream names", request.request_id)
    return names


def _check_property(request: Request, *, parameters: int) -> None:
    if not request.params or not isinstance(request.params[0], str):
        raise invalid("property name must be a string", request.request_id)
    if request.params[0] != "combined":
        raise RequestError(0, "Unknown property", request.request_id)
    if len(request.params) > parameters:
        raise invalid("too many parameters", request.request_id)
