"""The table of the exchange's kinds of fault. A new kind is one file beside this one and one line in here.

``chaos.kinds`` has the same names and parameters for those who order them; a test holds the two together.
"""

from collections.abc import Mapping
from types import MappingProxyType

from mock_exchange.faults.fault import Kind
from mock_exchange.faults.kinds.engine_pause import EnginePause
from mock_exchange.faults.kinds.unknown_execution import UnknownExecution

KINDS: Mapping[str, type[Kind]] = MappingProxyType(
    {
        "engine_pause": EnginePause,
        "unknown_execution": UnknownExecution,
    }
)

__all__ = ["KINDS"]
