"""Which formats a caller accepts. Replies are JSON; who accepts only SBE is told at once rather than sent what it
cannot read, and who accepts both gets JSON.

Source: Binance Spot API documentation, SBE FAQ, on an exchange where SBE is not enabled.
"""

from typing import Final

from mock_exchange.gateway.errors import VenueError
from mock_exchange.http.request import Request

_NAME: Final = b"Accept"
_LOWER_NAME: Final = b"accept"
"""As clients spell the header: looked up in every request, so not searched for in other spellings."""
_SBE: Final = b"application/sbe"
_JSON: Final = b"application/json"


def check_format(request: Request) -> None:
    """Raises VenueError with status 406."""
    headers = request.headers
    accepted = headers.get(_NAME) or headers.get(_LOWER_NAME)
    if accepted is not None and accepted.find(_SBE) >= 0 and accepted.find(_JSON) < 0:
        raise VenueError(-1020, "This operation is not supported: replies are JSON, not SBE.", 406)
