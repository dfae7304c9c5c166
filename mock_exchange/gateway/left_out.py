"""What the venue documents and this exchange does not have: asking for it is answered by name, never guessed at.

``docs/exchange-coverage.md`` lists every documented call, served or left out, and a test compares it with this table.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mock_exchange.gateway.errors import VenueError

_ROUTING: Final = "orders are not routed between symbols"
_PENDING_BY_PROCEEDS: Final = "order lists whose pending orders take the quantity that was bought"

LEFT_OUT: Final[Mapping[bytes, str]] = MappingProxyType(
    {
        b"POST /api/v3/sor/order": _ROUTING,
        b"POST /api/v3/sor/order/test": _ROUTING,
        b"POST /api/v3/orderList/opo": _PENDING_BY_PROCEEDS,
        b"POST /api/v3/orderList/opoco": _PENDING_BY_PROCEEDS,
    }
)
"""Method and path, and what they would need."""


def left_out_of(line: bytes) -> VenueError | None:
    """The refusal of a documented call that is left out; None for one that the venue does not have either."""
    reason = LEFT_OUT.get(line)
    if reason is None:
        return None
    return VenueError(-1020, f"This operation is not supported: this exchange has no {line.decode()} ({reason}).")
