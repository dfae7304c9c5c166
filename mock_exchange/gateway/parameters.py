"""Parameters as they stand in a query string or a form body, before any of them has a meaning.

Fast for what clients send nearly always (ASCII without escapes), right for the rest.
"""

from urllib.parse import unquote_to_bytes

from mock_exchange.gateway.errors import DUPLICATE_PARAMETER, VenueError


def parse_form(raw: bytes) -> dict[str, str]:
    """``a=1&b=2`` by name. Raises VenueError: -1100 for what is not text, -1101 for a name that comes twice."""
    if not raw:
        return {}
    if b"%" in raw or b"+" in raw or not raw.isascii():
        return _distinct([_unescaped(piece) for piece in raw.split(b"&") if piece])
    pieces = raw.decode("ascii").split("&")
    try:
        form = dict([piece.split("=", 1) for piece in pieces])
    except ValueError:  # a piece without an equals sign
        return _distinct([_pair(piece) for piece in pieces if piece])
    if len(form) != len(pieces):
        raise VenueError(-1101, DUPLICATE_PARAMETER)
    return form


def parse_parameters(query: bytes, body: bytes) -> dict[str, str]:
    """Both places together; the query's value wins where both have the name."""
    if not body:
        return parse_form(query)
    if not query:
        return parse_form(body)
    return parse_form(body) | parse_form(query)


def _distinct(pairs: list[tuple[str, str]]) -> dict[str, str]:
    form = dict(pairs)
    if len(form) != len(pairs):
        raise VenueError(-1101, DUPLICATE_PARAMETER)
    return form


def _pair(piece: str) -> tuple[str, str]:
    name, _, value = piece.partition("=")
    return name, value


def _unescaped(piece: bytes) -> tuple[str, str]:
    name, _, value = piece.replace(b"+", b" ").partition(b"=")
    try:
        return unquote_to_bytes(name).decode(), unquote_to_bytes(value).decode()
    except UnicodeDecodeError:
        raise VenueError(-1100, "Illegal characters found in a parameter: the text is not UTF-8.") from None
