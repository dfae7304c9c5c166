"""A request's place in its connection's order of replies: HTTP/1.1 answers in the order of asking."""

from typing import Final, Protocol

import msgspec

JSON: Final = b"application/json;charset=UTF-8"
TEXT: Final = b"text/plain; version=0.0.4; charset=utf-8"
JSON_LINES: Final = b"application/x-ndjson"
_END_OF_HEAD: Final = b"\r\n\r\n"
_MARK: Final = b"\r\nX-Brownout-Fault: "
"""Always the last header, so that a further mark goes to its end."""


class Heads(Protocol):
    """Completes a reply: a head before the body."""

    def reply(self, status: int, body: bytes, content_type: bytes, last: bool, headers: bytes = b"") -> bytes: ...


class Replier(Protocol):
    """The connection, as far as a turn needs it."""

    @property
    def heads(self) -> Heads: ...

    @property
    def is_heard(self) -> bool: ...

    def flush(self) -> None: ...

    def abort(self) -> None: ...


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

    def mark(self, fault_id: str) -> bool:
        """Name a fault in the head of the reply that was decided; several stand in one line, with commas between.

        False where it is not sure that anybody will read it. Marks are written afterwards, so that replies without
        one cost nothing more.
        """
        if self.reply is None or not self.connection.is_heard:
            return False
        head, end, body = self.reply.partition(_END_OF_HEAD)
        before = b", " if _MARK in head else _MARK
        self.reply = b"%b%b%b%b%b" % (head, before, fault_id.encode(), end, body)
        return True

    def abandon(self) -> None:
        """There will be no reply, so no later one on this connection either: end it."""
        self.connection.abort()
