"""The table of fault kinds. A new kind is one file beside this one and one line in here."""

from collections.abc import Mapping
from types import MappingProxyType

from chaos.kinds.engine_pause import EnginePause
from chaos.kinds.fault import Evidence, Fault, Seam, Treatment, WireFault
from chaos.kinds.latency import Latency
from chaos.kinds.parameters import Parameter, parameters_of
from chaos.kinds.pause import Pause

KINDS: Mapping[str, type[Fault]] = MappingProxyType({kind.kind: kind for kind in (EnginePause, Latency, Pause)})

__all__ = [
    "KINDS",
    "EnginePause",
    "Evidence",
    "Fault",
    "Latency",
    "Parameter",
    "Pause",
    "Seam",
    "Treatment",
    "WireFault",
    "parameters_of",
]
