"""The table of fault kinds, by name. Each lives in the folder of its seam."""

from collections.abc import Mapping
from types import MappingProxyType

from chaos.kinds import meaning, process, wire
from chaos.kinds.fault import Evidence, Fault, MessageFault, Seam, Treatment, WireFault
from chaos.kinds.parameters import Parameter, parameters_of

KINDS: Mapping[str, type[Fault]] = MappingProxyType(
    {kind.kind: kind for kind in (*process.KINDS, *wire.KINDS, *meaning.KINDS)}
)

__all__ = ["KINDS", "Evidence", "Fault", "MessageFault", "Parameter", "Seam", "Treatment", "WireFault", "parameters_of"]
