"""Who may wait for the engine. One policy is one file; the gateway and the dispatcher know only this protocol."""

from typing import Protocol

from mock_exchange.stages import Ticket


class AdmissionQueue(Protocol):
    """What stands between the gateway and the engine: the only place in the exchange where requests wait."""

    def is_full(self) -> bool:
        """Whether a request that arrived now would be refused. Asked before anything expensive is done for it."""

    def offer(self, ticket: Ticket) -> bool:
        """Queue the ticket; False refuses it, and it will not be served."""

    def head(self) -> Ticket | None:
        """The ticket that is served next, or being served; None when nobody waits."""

    def take(self) -> Ticket:
        """Remove and return the head. IndexError when nobody waits."""

    def __len__(self) -> int: ...
