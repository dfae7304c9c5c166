"""A message as a request: an id to be echoed, a method, and parameters as texts, as the signature is over texts.

Source: Binance Spot API documentation, WebSocket API, request format.
"""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from mock_exchange.gateway.errors import VenueError

NO_ID: Final = b"null"

_ID: Final = re.compile(rb'null|-?[0-9]+|".*"', re.DOTALL)
_VERSION: Final = "v3/"
_NO_PARAMETERS: Final[Mapping[str, msgspec.Raw]] = {}


class Request(msgspec.Struct, frozen=True):
    """What one message asks."""

    id: bytes
    """JSON, as it was sent."""
    method: str
    """Without a version before it."""
    parameters: Mapping[str, str]
    """Strings as they are, everything else as the JSON that was sent; what was null is missing."""

    def without(self, names: frozenset[str]) -> dict[str, str]:
        return {name: text for name, text in self.parameters.items() if name not in names}


class BadRequest(VenueError):
    """A message that is no request. ``id`` is what to answer to: null where none could be read."""

    def __init__(self, code: int, text: str, id: bytes = NO_ID) -> None:  # noqa: A002 - what the venue calls it
        super().__init__(code, text)
        self.id = id


class _Envelope(msgspec.Struct):
    id: msgspec.Raw = msgspec.Raw()
    method: msgspec.Raw = msgspec.Raw()
    params: msgspec.Raw = msgspec.Raw()


_ENVELOPES: Final = msgspec.json.Decoder(_Envelope)
_PARAMETERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw] | None)
_TEXTS: Final = msgspec.json.Decoder(str)

_UNREADABLE: Final = (msgspec.DecodeError, RecursionError)
"""What msgspec raises: the second for JSON that is nested too deeply."""


def parse(message: bytes) -> Request:
    """Raises BadRequest."""
    try:
        envelope = _ENVELOPES.decode(message)
    except _UNREADABLE:
        raise BadRequest(-1135, "Invalid JSON Request") from None
    request_id = bytes(envelope.id)
    if not _ID.fullmatch(request_id):
        raise BadRequest(-1102, "Mandatory parameter 'id' was not sent, was empty/null, or malformed.")
    try:
        method = _TEXTS.decode(envelope.method)
    except msgspec.DecodeError:
        text = "Mandatory parameter 'method' was not sent, was empty/null, or malformed."
        raise BadRequest(-1102, text, request_id) from None
    try:
        parameters = (_PARAMETERS.decode(envelope.params) if envelope.params else None) or _NO_PARAMETERS
    except _UNREADABLE:
        raise BadRequest(-1135, "JSON sent for parameter 'params' is not valid", request_id) from None
    return Request(request_id, method.removeprefix(_VERSION), _texts(parameters))


def _texts(parameters: Mapping[str, msgspec.Raw]) -> dict[str, str]:
    texts = {}
    for name, raw in parameters.items():
        value = bytes(raw)
        if value.startswith(b'"'):
            texts[name] = _TEXTS.decode(value)
        elif value != b"null":
            texts[name] = value.decode()
    return texts
