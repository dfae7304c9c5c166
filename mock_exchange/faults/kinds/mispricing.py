"""The average price, which filters and clients trust, is wrong while the book is right.

It is a command, as what filters decide has to come out the same in a replay; an exchange that was killed meanwhile is
right again when it starts.
"""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Final

import msgspec

from mock_exchange.engine.commands import Misprice
from mock_exchange.faults.fault import Fault, NotPossible, Subject
from mock_exchange.faults.seams import Seams, Serve
from mock_exchange.faults.touching import mark, subject_of
from mock_exchange.stages import Ticket

_NS_PER_MS: Final = 1_000_000
_PPM_PER_PERCENT: Final = 10_000
_COMPARED: Final = frozenset(("order.place", "order.replace", "order.list"))
"""Operations whose prices are compared with it."""


class Mispricing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    percent_off: Annotated[float, msgspec.Meta(ge=-99, le=1000)] = 0.0
    stands_still: bool = False

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        fault.check_selects_by("symbol")
        engine = seams.desk.engine
        symbols = [name for name in engine.symbols if fault.selects(Subject(symbol=name))]
        if not symbols:
            raise NotPossible("no listed symbol is selected")
        if wrong := [name for name in symbols if engine.is_mispriced(name)]:
            raise NotPossible(f"{', '.join(wrong)}: another fault has its price wrong already")
        self._misprice(seams, symbols, round(self.percent_off * _PPM_PER_PERCENT), stands_still=self.stands_still)
        leave = seams.serving.add(lambda serve: partial(self._serve, fault, serve))

        def end() -> None:
            leave()
            self._misprice(seams, symbols, 0, stands_still=False)

        return end

    def _misprice(self, seams: Seams, symbols: list[str], off_ppm: int, *, stands_still: bool) -> None:
        time_ms = seams.wall_ns() // _NS_PER_MS
        for symbol in symbols:
            seams.commitment.apply(Misprice(symbol, time_ms, off_ppm, stands_still))

    def _serve(self, fault: Fault, serve: Serve, ticket: Ticket) -> None:
        serve(ticket)
        subject = subject_of(ticket)
        if ticket.operation in _COMPARED and fault.touches(subject):
            mark(ticket, fault, subject)
