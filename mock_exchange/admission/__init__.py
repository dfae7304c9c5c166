"""Who may wait for the engine, and who is next. One policy is one file; the gateway and the dispatcher know only this
protocol."""

from typing import Final, Protocol

from mock_exchange.stages import Ticket

FOREVER_NS: Final = 2**63 - 1


class AdmissionQueue(Protocol):
    """What stands between the gateway and the engine: the only place in the exchange where requests wait."""

    patience_ns: int
    """How long a ticket may have waited and still be served. Longer is shed when its turn comes."""
    in_service: Ticket | None
    """The ticket that was taken and is being served, where that takes time. It counts as unserved."""

    def is_full(self, operation: str) -> bool:
        """Whether a request that arrived now would be refused. Asked before anything expensive is done for it."""

    def offer(self, ticket: Ticket) -> bool:
        """Queue the ticket; False refuses it, and it will not be served."""

    def take(self, at_ns: int) -> Ticket | None:
        """Remove and return the ticket that is served next, given who has come by then; None when nobody waits.

        Where nobody had come by then, it is who came first afterwards.
        """

    def head(self) -> Ticket | None:
        """The oldest unserved ticket, the one in service included; None when there is none."""

    def __len__(self) -> int:
        """How many are unserved, the one in service included."""
