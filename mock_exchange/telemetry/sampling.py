"""Which requests are traced. Pure; the rule is the one of OpenTelemetry's SDKs, so that all services agree."""

from dataclasses import dataclass, field

from mock_exchange.trace_context import Caller

_LOW_BITS = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Sampling:
    share: float
    """Of traces that begin here, and of all where the caller does not decide."""
    follows_parent: bool
    """A caller's decision stands, where there is a caller."""
    _below: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_below", round(self.share * (_LOW_BITS + 1)))

    def keeps(self, trace_id: int, caller: Caller | None) -> bool:
        """By the caller, or by the low 64 bits of the trace id, which is random."""
        if caller is not None and self.follows_parent:
            return caller.is_sampled
        return trace_id & _LOW_BITS < self._below
