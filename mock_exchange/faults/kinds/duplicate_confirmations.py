"""User events are told once more, word for word, some time after they were told."""

from collections.abc import Callable
from typing import Annotated, Final

import msgspec

from mock_exchange.faults.channels import UserEvents, notice_subject
from mock_exchange.faults.fault import Fault
from mock_exchange.faults.held import Delayed
from mock_exchange.faults.seams import Seams
from mock_exchange.user_data.feed import Notice

_DELAY_MS_MAX: Final = 3_600_000
_NS_PER_MS: Final = 1_000_000


class DuplicateConfirmations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    events: UserEvents = "fills"
    delay_ms: Annotated[float, msgspec.Meta(ge=0, le=_DELAY_MS_MAX)] = 0.0
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        fault.check_selects_by("symbol", "client_order_id")
        return _Duplication(self, seams, fault).end


class _Duplication:
    def __init__(self, kind: DuplicateConfirmations, seams: Seams, fault: Fault) -> None:
        self._kind = kind
        self._fault = fault
        self._delay_ns = round(kind.delay_ms * _NS_PER_MS)
        self._copies: Delayed[Notice] = Delayed(fault, seams, self._tell_again)
        self._stage = seams.notices.divert(self._duplicate)

    def end(self) -> None:
        """What was not told again by now never is."""
        self._stage.end()
        self._copies.release()

    def _duplicate(self, notice: Notice, onward: Callable[[Notice], None]) -> None:
        onward(notice)
        subject = notice_subject(notice, self._kind.events)
        if subject is not None and self._fault.meets(subject, self._kind.probability):
            self._copies.hold(notice, self._delay_ns)

    def _tell_again(self, notice: Notice) -> None:
        if any(listener.is_live for listener in notice.listeners):
            self._fault.hits += 1
        self._stage.onward(notice)
