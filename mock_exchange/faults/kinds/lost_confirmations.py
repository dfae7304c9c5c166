"""User events are never told; what they would have told of was done, and REST says so."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

import msgspec

from mock_exchange.faults.channels import UserEvents, notice_subject
from mock_exchange.faults.fault import Fault
from mock_exchange.faults.seams import Seams
from mock_exchange.user_data.feed import Notice


class LostConfirmations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    events: UserEvents = "orders"
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        fault.check_selects_by("symbol", "client_order_id")
        return seams.notices.divert(partial(self._lose, fault)).end

    def _lose(self, fault: Fault, notice: Notice, onward: Callable[[Notice], None]) -> None:
        subject = notice_subject(notice, self.events)
        if subject is None or not fault.touches(subject, self.probability):
            onward(notice)
