"""What a server serves: the seam between HTTP and meaning."""

from typing import Protocol

from mock_exchange.http.request import Request
from mock_exchange.http.turn import Turn


class Service(Protocol):
    def refusal(self, request: Request, /) -> tuple[int, bytes] | None:
        """Asked when the headers are complete: a status and body that make reading the body pointless, or None."""

    def answer(self, request: Request, turn: Turn, /) -> None:
        """Answer the turn, now or later. ``request`` is only valid during the call."""

    def error_body(self, status: int, text: str) -> bytes:
        """The body of a reply that HTTP itself calls for: malformed, too long, too slow, too many."""
