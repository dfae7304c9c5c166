"""Parameters as they stand in a query string or a form body, before any of them has a meaning.

Fast for what clients send nearly always (plain text without escapes), right for the rest.
"""

from typing import Final
from urllib.parse import unquote_to_bytes

import msgspec

from mock_exchange.gateway.errors import DUPLICATE_PARAMETER, VenueError

_QUOTE, _BACKSLASH, _PERCENT, _PLUS = b'"\\%+'  # as numbers: eight times faster to look for than as bytes
_READ_TEXTS: Final = msgspec.json.Decoder(dict[str, str]).decode


def parse_form(raw: bytes) -> dict[str, str]:
    """``a=1&b=2`` by name. Raises VenueError: -1100 for what is not text, -1101 for a name that comes twice.

    A plain form becomes JSON by two replacements, and msgspec reads JSON in half the time that splitting takes. What
    JSON could misread is kept away from it, and whatever it does not read is split after all.
    """
    if not (_QUOTE in raw or _BACKSLASH in raw or _PERCENT in raw or _PLUS in raw):
        try:
            form = _READ_TEXTS(b'{"%b"}' % raw.replace(b"=", b'":"').replace(b"&", b'","'))
        except (UnicodeDecodeError, msgspec.DecodeError):
            return _split(raw)
        if len(form) == raw.count(b"&") + 1:
            return form
    return _split(raw)


def parse_parameters(query: bytes, body: bytes) -> dict[str, str]:
    """Both places together; the query's value wins where both have the name."""
    if query and body:
        return parse_form(body) | parse_form(query)
    text = query or body
    return parse_form(text) if text else {}


def _split(raw: bytes) -> dict[str, str]:
    """Any form, piece by piece."""
    pairs = [_pair(piece) for piece in raw.split(b"&") if piece]
    form = dict(pairs)
    if len(form) != len(pairs):
        raise VenueError(-1101, DUPLICATE_PARAMETER)
    return form


def _pair(piece: bytes) -> tuple[str, str]:
    name, _, value = piece.replace(b"+", b" ").partition(b"=")
    try:
        return unquote_to_bytes(name).decode(), unquote_to_bytes(value).decode()
    except UnicodeDecodeError:
        raise VenueError(-1100, "Illegal characters found in a parameter: the text is not UTF-8.") from None
