"""One stream's audience: each payload is built once per unit of time, wrapped once, and handed to everyone.

The fan-out is the hot path of the streams: a thousand subscribers of one stream cost a thousand sends and one build.
"""

from collections.abc import Callable
from enum import Enum
from typing import Protocol

Send = Callable[[bytes], None]


class TimeUnit(Enum):
    """Of the timestamps in payloads; a client chooses it when it connects."""

    MILLISECOND = 1
    MICROSECOND = 1_000

    def of_ms(self, milliseconds: int) -> int:
        return milliseconds * self.value

    def of_ns(self, nanoseconds: int) -> int:
        return nanoseconds * self.value // 1_000_000


class Audience:
    """Those who want the same bytes, plain or wrapped with the stream's name."""

    __slots__ = ("_combined", "_prefix", "_raw", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self._prefix = b'{"stream":"%s","data":' % name.encode()
        self._raw: dict[object, Send] = {}
        self._combined: dict[object, Send] = {}

    def __bool__(self) -> bool:
        return bool(self._raw or self._combined)

    def join(self, listener: object, send: Send, *, combined: bool) -> None:
        (self._combined if combined else self._raw)[listener] = send

    def leave(self, listener: object) -> None:
        self._raw.pop(listener, None)
        self._combined.pop(listener, None)

    def send(self, payload: bytes) -> int:
        """Returns to how many."""
        for send in self._raw.values():
            send(payload)
        if self._combined:
            wrapped = self._prefix + payload + b"}"
            for send in self._combined.values():
                send(wrapped)
        return len(self._raw) + len(self._combined)


class Post(Protocol):
    def __call__(self, audience: Audience, payload: bytes) -> None:
        """Send it as soon as what it tells of is safe."""


class Feed:
    """A stream while someone listens to it."""

    __slots__ = ("_audiences", "_post", "name")

    def __init__(self, name: str, post: Post) -> None:
        self.name = name
        self._post = post
        self._audiences = {unit: Audience(name) for unit in TimeUnit}

    @property
    def is_deserted(self) -> bool:
        return not any(self._audiences.values())

    def join(self, listener: object, send: Send, unit: TimeUnit, *, combined: bool) -> None:
        self._audiences[unit].join(listener, send, combined=combined)

    def leave(self, listener: object) -> None:
        for audience in self._audiences.values():
            audience.leave(listener)

    def publish(self, build: Callable[[TimeUnit], bytes]) -> None:
        """Build the payload in the units that someone wants, and send it once what has been applied so far is safe."""
        for unit, audience in self._audiences.items():
            if audience:
                self._post(audience, build(unit))
