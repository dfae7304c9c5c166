"""What a request says of itself that faults select by: operation, symbol, client order id, and its sender's own id.

Parameters stand in the query or in a form (Binance Spot REST API, "General information on endpoints").
"""

import re
from urllib.parse import unquote_plus

from chaos.proxy.routes import operation_of
from chaos.selector import Request

_PARAMETER = re.compile(rb"(?:^|[?&])(symbol|origClientOrderId|newClientOrderId)=([^&]*)")
_FORM = re.compile(rb"\r\ncontent-type[ \t]*:[ \t]*application/x-www-form-urlencoded", re.IGNORECASE)
_EXPECT = re.compile(rb"\r\nexpect[ \t]*:", re.IGNORECASE)
_REQUEST_ID = re.compile(rb"\r\nx-request-id[ \t]*:[ \t]*([!-~]{1,128})[ \t]*\r\n", re.IGNORECASE)
_SWITCHING = b"HTTP/1.1 101 "
_UPGRADE = re.compile(rb"\r\nupgrade[ \t]*:[ \t]*websocket[ \t]*\r\n", re.IGNORECASE)
_CONNECTION = re.compile(rb"\r\nconnection[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE)


def request_of(data: bytes, head_length: int) -> Request:
    """From its head and as much of its body as is here."""
    head, body = data[:head_length], data[head_length:]
    method, target = (part.decode("latin-1") for part in head.split(b" ", 2)[:2])
    query = _parameters(head.split(b" ", 2)[1].partition(b"?")[2])
    said = {**(_parameters(body) if body and _FORM.search(head) else {}), **query}
    named = _REQUEST_ID.search(head)
    return Request(
        method,
        target,
        operation_of(method, target),
        symbol=said.get(b"symbol", ""),
        client_order_id=said.get(b"origClientOrderId") or said.get(b"newClientOrderId", ""),
        request_id=named[1].decode() if named else "",
    )


def says_more_in_its_body(head: bytes) -> bool:
    """Whether parameters may follow, and will without our passing on the head first."""
    return bool(_FORM.search(head)) and not _EXPECT.search(head)


def is_last(head: bytes) -> bool:
    """Whether its sender, client or venue, means to close the connection (RFC 9112, 9.3)."""
    connection = b",".join(_CONNECTION.findall(head)).lower()
    first_line = head.partition(b"\r\n")[0]
    return b"close" in connection or (b"HTTP/1.0" in first_line and b"keep-alive" not in connection)


def opens_websocket(data: bytes, head_length: int) -> bool:
    """Whether a response says that frames of a WebSocket follow (RFC 6455, 4.2.2)."""
    return data.startswith(_SWITCHING) and _UPGRADE.search(data, 0, head_length) is not None


def _parameters(text: bytes) -> dict[bytes, str]:
    return {name: unquote_plus(value.decode("latin-1")) for name, value in _PARAMETER.findall(text)}
