"""What every handler works with: the engine, and what the venue's replies need besides it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from mock_exchange.clock import Clock
from mock_exchange.engine.commands import Command, SymbolStatus
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Event
from mock_exchange.engine.symbols import Symbol
from mock_exchange.gateway.identifiers import Identifiers
from mock_exchange.gateway.server_time import ServerTime
from mock_exchange.limits.limiter import Limiter, Unlimited
from mock_exchange.market_data.history import MarketHistory
from mock_exchange.shown_books import ShownBooks

Work = Callable[[], bytes]
"""Asks the engine when its time has come, and returns the body of the reply. Raises VenueError."""


class ListenKeyOffice(Protocol):
    """Who hands out listenKeys. Raises VenueError where an account has no such key."""

    def obtain(self, account: int) -> str: ...

    def keep_alive(self, account: int, name: str) -> None: ...

    def revoke(self, account: int, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """The exchange as a handler sees it: whom to ask, and the one way to change something."""

    engine: Engine
    """For questions; what changes it goes through ``apply``."""
    apply: Callable[[Command], list[Event]]
    identifiers: Identifiers
    clock: Clock
    history: MarketHistory
    limiter: Limiter = field(default_factory=Unlimited)
    listen_keys: ListenKeyOffice | None = None
    """None where the configuration has not brought them back."""
    server_time: ServerTime = field(init=False)
    """What clients are told; ``clock`` is right whatever they are told."""
    books: ShownBooks = field(init=False)
    """What callers are shown of the books."""
    symbols: Mapping[str, Symbol] = field(init=False)
    assets: tuple[str, ...] = field(init=False)
    """Every asset that can be held, in the order of the symbols."""

    def __post_init__(self) -> None:
        symbols = dict(self.engine.symbols)
        assets = dict.fromkeys(asset for symbol in symbols.values() for asset in (symbol.base, symbol.quote))
        object.__setattr__(self, "server_time", ServerTime(self.clock.wall_ns))
        object.__setattr__(self, "books", ShownBooks(self.engine))
        object.__setattr__(self, "symbols", symbols)
        object.__setattr__(self, "assets", tuple(assets))

    def now_ms(self) -> int:
        return self.clock.wall_ns() // 1_000_000

    def status(self, symbol: Symbol) -> SymbolStatus:
        """Whether, and how, the symbol is traded now."""
        return self.engine.symbol_status(symbol.name)
