"""What an operator may do to a market: halt it, leave it open for cancels only, collect orders for an auction, open it.

Goes the way of every change, through the commitment, so that it is journaled and streams and accounts are told.
"""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from mock_exchange.clock import Clock
from mock_exchange.engine.commands import Command, SetSymbolStatus, SymbolStatus
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Event
from mock_exchange.gateway.errors import VenueError, invalid_symbol, invalid_value, mandatory

_ENCODER: Final = msgspec.json.Encoder()
_STATUSES: Final = {status.value: status for status in SymbolStatus}
_NAMES: Final = frozenset(("symbol", "status"))
_NS_PER_MS = 1_000_000


class StatusReply(msgspec.Struct, frozen=True, gc=False):
    symbol: str
    status: str


class SymbolControl:
    """The status of every market, to be read and changed."""

    def __init__(self, engine: Engine, apply: Callable[[Command], list[Event]], clock: Clock) -> None:
        self._engine = engine
        self._apply = apply
        self._wall_ns = clock.wall_ns

    def change(self, asked: Mapping[str, str]) -> bytes:
        """Give ``symbol`` the ``status``; the reply says what it is then. Raises VenueError, and changes nothing."""
        if not asked.keys() <= _NAMES:
            raise VenueError(-1101, "/status takes symbol and status.")
        symbol, status = _wanted(asked, "symbol"), _STATUSES.get(_wanted(asked, "status"))
        if symbol not in self._engine.symbols:
            raise invalid_symbol()
        if status is None:
            raise invalid_value("status")
        self._apply(SetSymbolStatus(symbol, status, self._wall_ns() // _NS_PER_MS))
        return _ENCODER.encode(StatusReply(symbol, self._engine.symbol_status(symbol).value))

    def all(self) -> bytes:
        """Every symbol with its status."""
        names = self._engine.symbols
        return _ENCODER.encode([StatusReply(name, self._engine.symbol_status(name).value) for name in names])


def _wanted(asked: Mapping[str, str], name: str) -> str:
    value = asked.get(name)
    if not value:
        raise mandatory(name)
    return value
