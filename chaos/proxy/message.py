"""What a message of a WebSocket says of itself that faults select by: stream, symbol, kind of event.

Sources: Binance Spot API documentation, "WebSocket Streams", "WebSocket API", "User Data Streams".
"""

from urllib.parse import unquote, urlsplit

import msgspec

from chaos.selector import Message

_NOTHING = msgspec.Raw(b"")


class _Said(msgspec.Struct):
    """The members of a message that matter, or of the event in it; of any type, for it may be anybody's."""

    stream: object = None
    e: object = None
    s: object = None
    method: object = None
    symbol: object = None
    result: msgspec.Raw = _NOTHING
    error: msgspec.Raw = _NOTHING
    data: msgspec.Raw = _NOTHING
    event: msgspec.Raw = _NOTHING
    params: msgspec.Raw = _NOTHING


_SAID = msgspec.json.Decoder(_Said)
_SILENT = _Said()


def stream_named_in(target: str) -> str:
    """The stream that a handshake's target names, where it names no other: raw connections tell it nowhere else."""
    path = unquote(urlsplit(target).path)
    words = [word for word in path.split("/") if "@" in word or word.startswith("!")]
    return words[0] if len(words) == 1 else ""


def message_of(payload: bytes | None, stream: str) -> Message:
    """``stream`` is the connection's own, or empty. A payload of None cannot be read: binary, compressed."""
    said = _SILENT if payload is None else _read(payload)
    if said.result or said.error:
        return Message()  # the reply to a request comes from no stream
    inner = _read(said.data or said.event or said.params)
    name = _text(said.stream) or stream
    return Message(
        stream=name,
        symbol=_text(said.s, inner.s, inner.symbol) or _symbol_in(name),
        event=_text(said.e, inner.e, said.method),
    )


def _read(text: bytes | msgspec.Raw) -> _Said:
    if not text:
        return _SILENT
    try:
        return _SAID.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _SILENT  # no object, or no JSON: nothing to select it by


def _text(*values: object) -> str:
    return next((value for value in values if isinstance(value, str)), "")


def _symbol_in(stream: str) -> str:
    symbol, at, _ = stream.partition("@")
    return symbol.upper() if at and not symbol.startswith("!") else ""
