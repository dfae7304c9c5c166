"""Orders and trades are read from where they arrive late, as from a database behind the engine."""

from collections.abc import Callable
from typing import Annotated, Final

import msgspec

from mock_exchange.faults.fault import Fault
from mock_exchange.faults.kinds.fields import Share
from mock_exchange.faults.past import Past
from mock_exchange.faults.seams import Seams
from mock_exchange.faults.stale import StaleReads
from mock_exchange.gateway import order_reads, trade_reads

_READS: Final = frozenset((order_reads.prepare, order_reads.prepare_open, order_reads.prepare_all, trade_reads.prepare))


class ReadLag(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Answers reads of orders and trades from the past."""

    lag_ms: Annotated[float, msgspec.Meta(ge=1, le=600_000)]
    probability: Share = 1.0

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        past = Past(seams.desk.engine, self.lag_ms, seams.monotonic_ns)
        seams.commitment.add_listener(past)
        leave = StaleReads(past, _READS, fault, self.probability).begin(seams)

        def end() -> None:
            leave()
            seams.commitment.remove_listener(past)

        return end
