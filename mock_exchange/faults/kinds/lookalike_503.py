"""One status for several things: done or not, certainly not done, not done because of too much."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

import msgspec

from mock_exchange.faults.fault import Fault
from mock_exchange.faults.kinds.fields import Share
from mock_exchange.faults.seams import Seams, Serve
from mock_exchange.faults.touching import mark, subject_of
from mock_exchange.gateway.errors import NOT_PROCESSED, THROTTLED, UNAVAILABLE, UNKNOWN_OUTCOME
from mock_exchange.gateway.gateway import Gateway
from mock_exchange.stages import Ticket

_UNKNOWN: Final = "unknown"
_THROTTLED: Final = "throttled"
_BODIES: Mapping[str, bytes] = MappingProxyType(
    {_UNKNOWN: UNKNOWN_OUTCOME, "unavailable": UNAVAILABLE, "internal": NOT_PROCESSED, _THROTTLED: THROTTLED}
)
_EXEMPT: Final = "order.cancel"
"""What is never throttled, as the text of the reply promises."""


class Lookalike503(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Answers with 503s whose texts say whether anything was done, or leave it open."""

    variants: str = " ".join(_BODIES)
    done_probability: Share = 0.5
    probability: Share = 1.0

    def __post_init__(self) -> None:
        """Raises ValueError, which a decoder makes its own error."""
        names = self.variants.replace(",", " ").split()
        if not names or not _BODIES.keys() >= set(names):
            raise ValueError(f"variants: {self.variants!r} must be some of {', '.join(_BODIES)}")

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        variants = self.variants.replace(",", " ").split()
        return seams.serving.add(lambda serve: partial(self._serve, variants, seams.gateway, fault, serve))

    def _serve(self, variants: list[str], gateway: Gateway, fault: Fault, serve: Serve, ticket: Ticket) -> None:
        subject = subject_of(ticket)
        if not fault.meets(subject, self.probability):
            serve(ticket)
            return
        variant = variants[int(fault.draw("variant") * len(variants))]
        if variant == _THROTTLED and ticket.operation == _EXEMPT:
            serve(ticket)
            return
        fault.hits += 1
        if variant == _UNKNOWN and fault.draw("done") < self.done_probability:
            serve(ticket)
            ticket.status, ticket.body = 503, _BODIES[variant]
        else:
            gateway.fail(ticket, 503, _BODIES[variant])
        mark(ticket, fault, subject)
