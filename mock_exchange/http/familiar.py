"""Heads that were read before: a client says the same of itself with every request, so saying it once is enough.

What a connection's requests share is everything between the request line and the body. Once the parser has taken such
a block as part of a whole, ordinary request, the same bytes mean the same again. Only the request line is looked at
anew; whatever is not ordinary is left to the parser.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from mock_exchange.http.request import Request

_KEPT_MAX: Final = 1024
_BLOCK_BYTES_MAX: Final = 1024
_END: Final = b"\r\n\r\n"
_END_BYTES: Final = len(_END)
_CHANGES_FRAMING: Final = frozenset((b"connection", b"expect", b"te", b"trailer", b"transfer-encoding", b"upgrade"))
"""Headers that say how a message is to be read, or what comes after it."""
_METHODS: Final = frozenset((b"GET", b"POST", b"PUT", b"DELETE"))
_VISIBLE: Final = bytes(byte for byte in range(0x21, 0x7F) if byte != ord("#"))
"""What a request line may hold between its spaces. A fragment has no place there; the parser knows what to do."""


class Block(msgspec.Struct, frozen=True):
    """What such a head says."""

    headers: dict[bytes, bytes]
    body_bytes: int


class FamiliarHeads:
    """All that the clients of one server have said of themselves lately."""

    __slots__ = ("_blocks",)

    def __init__(self) -> None:
        self._blocks: dict[bytes, Block] = {}

    def read(self, data: bytes, request: Request) -> bool:
        """Read ``data`` into the request if it is one whole request; False where the parser has to look."""
        line_end = data.find(b"\r\n")
        head_end = data.find(_END, line_end)
        block = self._blocks.get(data[line_end:head_end])
        if block is None or head_end + _END_BYTES + block.body_bytes != len(data):
            return False
        line = data[:line_end]
        if line.translate(None, _VISIBLE) != b"  ":
            return False  # two spaces, and nothing else that does not show
        method, target, version = line.split(b" ")
        if version != b"HTTP/1.1" or method not in _METHODS or not target.startswith(b"/"):
            return False
        request.method = method
        request.path, _, request.query = target.partition(b"?")
        request.line = method + b" " + request.path
        request.headers = block.headers
        request.body = data[head_end + _END_BYTES :]
        return True

    def learn(self, data: bytes, headers: Mapping[bytes, bytes], body_bytes: int) -> None:
        """The parser took ``data`` as one whole request, after which the connection stays open."""
        line_end = data.find(b"\r\n")
        head_end = data.find(_END, line_end)
        is_plain = head_end >= 0 and head_end + _END_BYTES + body_bytes == len(data)
        if (
            not is_plain
            or head_end - line_end > _BLOCK_BYTES_MAX
            or not _CHANGES_FRAMING.isdisjoint(map(bytes.lower, headers))
        ):
            return
        if len(self._blocks) >= _KEPT_MAX:
            self._blocks.clear()
        self._blocks[data[line_end:head_end]] = Block(dict(headers), body_bytes)
