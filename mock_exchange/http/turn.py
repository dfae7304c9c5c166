"""A request's place in its connection's order of replies: HTTP/1.1 answers in the order of asking."""

from typing import Final, Protocol

import msgspec

JSON: Final = b"application/json;charset=UTF-8"
TEXT: Final = b"text/plain; version=0.0.4; charset=utf-8"
JSON_LINES: Final = b"application/x-ndjson"


class Heads(Protocol):
    """Completes a reply: a head before the body."""

    def reply(self, status: int, body: bytes, content_type: bytes, last: bool, headers: bytes = b"") -> bytes: ...


class Replier(Protocol):
    """The connection, as far as a turn needs it."""

    @property
    def heads(self) -> Heads: ...

    def flush(self) -> None: ...


class Turn(msgspec.Struct):
    """A struct rather than a class, because one is made per request and structs are made in C."""

    connection: Replier
    last: bool
    """The connection closes after this reply."""
    reply: bytes | None = None

    def flush(self) -> None:
        """Write the reply now if it is this turn's time."""
        self.connection.flush()

    def answer(self, status: int, body: bytes, content_type: bytes = JSON, headers: bytes = b"") -> None:
        """Decide the reply. It is written by the connection's next ``flush``, if it is this turn's time.

        ``headers`` are further ones, as they go out, each with a line end before it.
        """
        self.reply = self.connection.heads.reply(status, body, content_type, self.last, headers)
