"""A request's place in its connection's order of replies: HTTP/1.1 answers in the order of asking."""

from typing import Protocol


class Replier(Protocol):
    """The connection, as far as a turn needs it."""

    def wire(self, status: int, body: bytes, content_type: bytes, *, last: bool) -> bytes: ...

    def flush(self) -> None: ...


JSON = b"application/json;charset=UTF-8"
TEXT = b"text/plain; version=0.0.4; charset=utf-8"
JSON_LINES = b"application/x-ndjson"


class Turn:
    __slots__ = ("connection", "last", "reply")

    def __init__(self, connection: Replier, *, last: bool) -> None:
        self.connection = connection
        self.last = last
        """The connection closes after this reply."""
        self.reply: bytes | None = None

    def answer(self, status: int, body: bytes, content_type: bytes = JSON) -> None:
        """Decide the reply. It is written by the connection's next ``flush``, if it is this turn's time."""
        self.reply = self.connection.wire(status, body, content_type, last=self.last)
