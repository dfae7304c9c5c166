"""User events come late, in their order; what they tell of was done in time, and REST says so."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Final

import msgspec

from mock_exchange.faults.channels import notice_subject
from mock_exchange.faults.fault import Fault
from mock_exchange.faults.held import Delayed
from mock_exchange.faults.seams import Seams
from mock_exchange.user_data.feed import Notice

_DELAY_MS_MAX: Final = 3_600_000
_NS_PER_MS: Final = 1_000_000


class LateConfirmations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    delay_ms: Annotated[float, msgspec.Meta(ge=0, le=_DELAY_MS_MAX)]
    jitter_ms: Annotated[float, msgspec.Meta(ge=0, le=_DELAY_MS_MAX)] = 0.0
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        fault.check_selects_by("symbol", "client_order_id")
        return _Lateness(self, seams, fault).end

    def delay_ns(self, fault: Fault) -> int:
        """Of the event that the fault has just seen."""
        spread_ms = (2 * fault.draw("jitter") - 1) * self.jitter_ms if self.jitter_ms else 0.0
        return max(0, round((self.delay_ms + spread_ms) * _NS_PER_MS))


class _Lateness:
    """What comes after a late event of its account waits behind it, so that balances never go back in time."""

    def __init__(self, kind: LateConfirmations, seams: Seams, fault: Fault) -> None:
        self._kind = kind
        self._fault = fault
        self._new_queue = partial(Delayed[Notice], fault, seams, self._pass_on)
        self._queues: dict[int, Delayed[Notice]] = {}
        """By account."""
        self._stage = seams.notices.divert(self._delay)

    def end(self) -> None:
        """All that still waits is told now."""
        self._stage.end()
        for queue in self._queues.values():
            for notice in queue.release():
                self._pass_on(notice)

    def _delay(self, notice: Notice, onward: Callable[[Notice], None]) -> None:
        fault, account = self._fault, notice.listeners[0].account
        subject = notice_subject(notice)
        if subject is None:
            onward(notice)
        elif fault.touches(subject, self._kind.probability):
            if account not in self._queues:
                self._queues[account] = self._new_queue()
            self._queues[account].hold(notice, self._kind.delay_ns(fault))
        elif queue := self._queues.get(account):
            fault.hits += 1
            queue.hold(notice, 0)
        else:
            onward(notice)

    def _pass_on(self, notice: Notice) -> None:
        self._stage.onward(notice)
