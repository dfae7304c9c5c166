"""Markets halt, then take cancels only, then collect orders for an auction, then trade again.

Every step is a command as an operator's is, so it is journaled and streams and accounts are told. The engine knows what
each market returns to: healing finds it there, and so does an exchange that was killed meanwhile when it starts again.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Final, Literal

import msgspec

from mock_exchange.engine.commands import SetSymbolStatus, SymbolStatus
from mock_exchange.faults.fault import Fault, NotPossible, Subject
from mock_exchange.faults.seams import Seams

_NS_PER_MS: Final = 1_000_000
_MS_PER_S: Final = 1000

Stage = Annotated[float, msgspec.Meta(ge=0, le=3_600_000)]


class StagedReopening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Changes the status of markets step by step."""

    halt_ms: Stage
    cancel_only_ms: Stage
    auction_ms: Stage = 0
    status: Literal["HALT", "BREAK"] = "HALT"

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        fault.check_selects_by("symbol")
        symbols = [name for name in seams.desk.engine.symbols if fault.selects(Subject(symbol=name))]
        if not symbols:
            raise NotPossible("no listed symbol is selected")
        held = [name for name in symbols if seams.desk.engine.status_to_return(name) is not None]
        if held:
            raise NotPossible(f"{', '.join(held)}: another fault is reopening it already")
        fault.hits += len(symbols)
        reopening = _Reopening(seams, symbols, self._stages())
        reopening.begin()
        return reopening.end

    def _stages(self) -> Iterator[tuple[SymbolStatus, float]]:
        """Each status before trading goes on, and for how many milliseconds; without those that take no time."""
        stages = (
            (SymbolStatus(self.status), self.halt_ms),
            (SymbolStatus.CANCEL_ONLY, self.cancel_only_ms),
            (SymbolStatus.AUCTION, self.auction_ms),
        )
        return (stage for stage in stages if stage[1] > 0)


class _Reopening:
    """On its way through the stages, until the last is over or it is told to end."""

    def __init__(self, seams: Seams, symbols: Sequence[str], stages: Iterator[tuple[SymbolStatus, float]]) -> None:
        self._seams = seams
        self._stages = stages
        self._before = {symbol: seams.desk.engine.symbol_status(symbol) for symbol in symbols}
        self._is_over = False

    def begin(self) -> None:
        stage = next(self._stages, None)
        if stage is None:
            self.end()
            return
        status, length_ms = stage
        for symbol, before in self._before.items():
            self._change(symbol, status, before)
        self._seams.call_later(length_ms / _MS_PER_S, self._go_on)

    def _go_on(self) -> None:
        if self._is_over:
            return
        self._let_go()
        self.begin()

    def _let_go(self) -> None:
        """Of markets that an operator has given another status meanwhile: that one stays."""
        engine = self._seams.desk.engine
        self._before = {name: was for name, was in self._before.items() if engine.status_to_return(name) is not None}

    def end(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._let_go()
        for symbol, before in self._before.items():
            self._change(symbol, before, None)

    def _change(self, symbol: str, status: SymbolStatus, returns_to: SymbolStatus | None) -> None:
        time_ms = self._seams.wall_ns() // _NS_PER_MS
        self._seams.commitment.apply(SetSymbolStatus(symbol, status, time_ms, returns_to))
