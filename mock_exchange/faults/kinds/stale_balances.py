"""An account is shown the balances that it had, while the engine goes by those that it has."""

from collections.abc import Callable
from typing import Annotated, Final

import msgspec

from mock_exchange.faults.fault import Fault
from mock_exchange.faults.kinds.fields import Share
from mock_exchange.faults.past import Past
from mock_exchange.faults.seams import Seams
from mock_exchange.faults.stale import StaleReads
from mock_exchange.gateway import account_reads

_READS: Final = frozenset((account_reads.prepare,))


class StaleBalances(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Answers reads of accounts from the past."""

    lag_ms: Annotated[float, msgspec.Meta(ge=0, le=600_000)] = 0.0
    probability: Share = 1.0

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        """Those of the beginning need no more than a copy; later ones have to be noted as they come."""
        past = Past(seams.desk.engine, self.lag_ms, seams.monotonic_ns, is_frozen=not self.lag_ms)
        if self.lag_ms:
            seams.commitment.add_listener(past)
        leave = StaleReads(past, _READS, fault, self.probability).begin(seams)

        def end() -> None:
            leave()
            if self.lag_ms:
                seams.commitment.remove_listener(past)

        return end
