"""Which symbols a market read is about: ``symbol``, ``symbols`` or neither, and ``symbolStatus`` with any of them."""

from collections.abc import Sequence
from typing import Final

from mock_exchange.engine.commands import SymbolStatus
from mock_exchange.engine.symbols import Symbol
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk
from mock_exchange.gateway.errors import VenueError, invalid_value, mandatory

STATUS: Final = "symbolStatus"
KNOWN: Final = frozenset(("symbol", "symbols", STATUS))

_STATUSES: Final = {status.value: status for status in (SymbolStatus.TRADING, SymbolStatus.HALT, SymbolStatus.BREAK)}
"""Those that may be asked for. Source: Binance Spot API documentation, changelog of 2025-11."""


class Selection:
    """The symbols of a call; which of them have the wanted status is looked up when the call is served."""

    __slots__ = ("_desk", "_status", "_symbols", "is_single")

    def __init__(self, desk: Desk, call: Call, *, most: int | None = None) -> None:
        """``most`` is how many may be named; where it is given, at least one must be. Raises VenueError."""
        if most is not None and not ("symbol" in call.parameters or "symbols" in call.parameters):
            raise mandatory("symbol")
        self._desk = desk
        self._symbols = call.symbols(desk.symbols)
        self._status = wanted_status(call)
        self.is_single = "symbol" in call.parameters
        """Asked by ``symbol``: the reply is an object, not a list of them."""
        if most is not None and len(self._symbols) > most:
            raise VenueError(-1101, f"Too many values sent for parameter 'symbols', maximum allowed up to {most}.")

    def now(self) -> Sequence[Symbol]:
        """Raises VenueError -1220 where a single symbol has another status; of several, those that have it."""
        if self._status is None:
            return self._symbols
        matching = [symbol for symbol in self._symbols if self._desk.status(symbol) is self._status]
        if self.is_single and not matching:
            raise _mismatch(self._status)
        return matching


def wanted_status(call: Call) -> SymbolStatus | None:
    """None where every status will do."""
    if STATUS not in call.parameters:
        return None
    status = _STATUSES.get(call.text(STATUS))
    if status is None:
        raise invalid_value(STATUS)
    return status


def check_status(desk: Desk, symbol: Symbol, wanted: SymbolStatus | None) -> None:
    """Raises VenueError -1220."""
    if wanted is not None and desk.status(symbol) is not wanted:
        raise _mismatch(wanted)


def _mismatch(wanted: SymbolStatus) -> VenueError:
    return VenueError(-1220, f"The symbol's status does not match the requested symbolStatus {wanted.value}.")
