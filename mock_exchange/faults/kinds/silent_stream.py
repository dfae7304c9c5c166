"""Streams say nothing, while their connections live, pings are answered, and REST is what it always is."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal

import msgspec

from mock_exchange.faults.channels import MarketChannel, letter_subject, notice_subject
from mock_exchange.faults.fault import Fault, Subject
from mock_exchange.faults.held import Backlog
from mock_exchange.faults.passage import M, Passage
from mock_exchange.faults.seams import Seams
from mock_exchange.streams.outbox import Letter


class SilentStream(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    channel: MarketChannel | Literal["all", "user_data"] = "all"
    on_healing: Literal["catch_up", "lost"] = "catch_up"
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        fault.check_selects_by("symbol", "client_order_id")
        ends = []
        if self.channel != "user_data":
            ends.append(self._silence(seams.letters, fault, self._of_letter))
        if self.channel in ("all", "user_data"):
            ends.append(self._silence(seams.notices, fault, notice_subject))

        def end() -> None:
            for each in ends:
                each()

        return end

    def _silence(
        self, passage: Passage[M, None], fault: Fault, subject_of: Callable[[M], Subject | None]
    ) -> Callable[[], None]:
        backlog: Backlog[M] = Backlog(fault)
        stage = passage.divert(partial(self._withhold, fault, backlog, subject_of))

        def end() -> None:
            stage.end()
            for message in backlog.release():
                stage.onward(message)

        return end

    def _withhold(
        self,
        fault: Fault,
        backlog: Backlog[M],
        subject_of: Callable[[M], Subject | None],
        message: M,
        onward: Callable[[M], None],
    ) -> None:
        subject = subject_of(message)
        if subject is None or not fault.touches(subject, self.probability):
            onward(message)
        elif self.on_healing == "catch_up":
            backlog.hold(message)

    def _of_letter(self, letter: Letter) -> Subject | None:
        return letter_subject(letter, "market" if self.channel == "all" else self.channel)
