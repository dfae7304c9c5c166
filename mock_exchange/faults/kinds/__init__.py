"""The table of the exchange's kinds of fault. A new kind is one file beside this one and one line in here.

``chaos.kinds`` has the same names and parameters for those who order them; a test holds the two together.
"""

from collections.abc import Mapping
from types import MappingProxyType

from mock_exchange.faults.fault import Kind
from mock_exchange.faults.kinds.clock_skew import ClockSkew
from mock_exchange.faults.kinds.engine_pause import EnginePause
from mock_exchange.faults.kinds.hot_symbol import HotSymbol
from mock_exchange.faults.kinds.staged_reopening import StagedReopening

KINDS: Mapping[str, type[Kind]] = MappingProxyType(
    {
        "clock_skew": ClockSkew,
        "engine_pause": EnginePause,
        "hot_symbol": HotSymbol,
        "staged_reopening": StagedReopening,
    }
)

__all__ = ["KINDS"]
