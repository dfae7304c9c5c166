"""What faults have left in the journal of an exchange that died with them in force, and how it ends.

A fault that acts through commands is in the journal like everything else, so a recovery brings its effect back; but
nobody holds its lease any more.
"""

from collections.abc import Iterator

from mock_exchange.engine.commands import Command, Misprice, SetSymbolStatus
from mock_exchange.engine.engine import Engine


def what_ends(engine: Engine, time_ms: int) -> Iterator[Command]:
    """The commands that make the engine honest again, to be applied before it serves."""
    for symbol in engine.symbols:
        status = engine.status_to_return(symbol)
        if status is not None:
            yield SetSymbolStatus(symbol, status, time_ms)
        if engine.is_mispriced(symbol):
            yield Misprice(symbol, time_ms)
