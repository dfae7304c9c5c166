"""The first lines of a reply, made ready so that a request only adds its length."""

from email.utils import formatdate
from http import HTTPStatus

from mock_exchange.http.turn import JSON

_NS_PER_S = 1_000_000_000


class Heads:
    """``Date`` has a resolution of a second, so a head serves every reply of that second."""

    __slots__ = ("_heads", "_plain", "_second")

    def __init__(self) -> None:
        self._second = -1
        self._heads: dict[tuple[int, bytes, bool], bytes] = {}
        self._plain = self._compose(200, JSON, last=False)

    def tick(self, wall_ns: int) -> None:
        second = wall_ns // _NS_PER_S
        if second != self._second:
            self._second = second
            self._heads.clear()
            self._plain = self._compose(200, JSON, last=False)

    def reply(self, status: int, body: bytes, content_type: bytes, last: bool, headers: bytes = b"") -> bytes:
        if status == 200 and content_type is JSON and not last and not headers:
            return b"%b%d\r\n\r\n%b" % (self._plain, len(body), body)
        key = (status, content_type, last)
        head = self._heads.get(key)
        if head is None:
            head = self._heads[key] = self._compose(status, content_type, last=last)
        return b"%b%d%b\r\n\r\n%b" % (head, len(body), headers, body)

    def _compose(self, status: int, content_type: bytes, *, last: bool) -> bytes:
        lines = [
            f"HTTP/1.1 {status} {_phrase(status)}".encode(),
            b"Server: brownout",
            b"Date: " + formatdate(max(self._second, 0), usegmt=True).encode(),
            b"Content-Type: " + content_type,
        ]
        if last:
            lines.append(b"Connection: close")
        return b"\r\n".join(lines) + b"\r\nContent-Length: "


def _phrase(status: int) -> str:
    """Nothing for a status that nobody has registered: only faults have such."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
