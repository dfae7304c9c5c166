"""What an operation asks of a venue, before it is signed and written to a socket."""

from typing import NamedTuple


class Request(NamedTuple):
    """``query`` is the encoded parameters without timestamp and signature, which are added at the moment of sending."""

    method: str
    path: str
    query: str
    signed: bool
    symbol: str
    """What the request is about; empty where it is not about one symbol."""
    client_order_id: str = ""
    """Which order the request is about, where it is about one."""
