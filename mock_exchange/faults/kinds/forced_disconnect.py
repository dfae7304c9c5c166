"""WebSocket connections are cut, all at once, and new ones may be refused for a while."""

from collections.abc import Callable
from typing import Annotated, Literal

import msgspec

from mock_exchange.faults.fault import Fault, Subject
from mock_exchange.faults.seams import Seams

_MS_PER_S = 1_000


class ForcedDisconnect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    how: Literal["drop", "close"] = "drop"
    refuse_ms: Annotated[float, msgspec.Meta(ge=0, le=3_600_000)] = 0.0
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        fault.check_selects_by()
        self._cut(seams, fault)
        if not self.refuse_ms:
            return _nothing
        admit = seams.websocket.refuse(lambda: _count(fault))
        timer = seams.call_later(self.refuse_ms / _MS_PER_S, admit)

        def end() -> None:
            timer.cancel()
            admit()

        return end

    def _cut(self, seams: Seams, fault: Fault) -> None:
        for wire in seams.websocket.wires():
            if not fault.touches(Subject(), self.probability):
                continue
            if self.how == "drop":
                wire.abort()
            else:
                wire.shut_down()


def _count(fault: Fault) -> None:
    fault.seen += 1
    fault.hits += 1


def _nothing() -> None:
    """Who was cut may come again."""
