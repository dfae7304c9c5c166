"""For kinds that the whole exchange feels: there is nobody to select."""

from mock_exchange.faults.fault import Fault, NotPossible


def affects_all(fault: Fault) -> None:
    """Raises NotPossible where it is meant for some only, as it would not be what was asked for."""
    if fault.on:
        raise NotPossible(f"{fault.kind} affects the whole exchange: leave out on")
