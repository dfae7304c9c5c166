"""What an experiment does: let faults in, and lift them."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Any

from chaos.kinds import Evidence
from chaos.parse import parse_fault
from chaos.toolkit.ground import Configuration, Secrets, ground_of

__all__ = ["apply_fault", "lift_all_faults", "lift_fault"]

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class _Held:
    stack: ExitStack
    evidence: Evidence


_HELD: dict[str, _Held] = {}
"""What this process has let in, by id. The toolkit calls functions and keeps nothing between them."""


def apply_fault(  # noqa: PLR0917 - the toolkit calls by name
    kind: str,
    fault_id: str = "",
    parameters: Mapping[str, Any] = _NOTHING,
    on: Mapping[str, Any] = _NOTHING,
    seed: int = 0,
    configuration: Configuration = _NOTHING,
    secrets: Secrets = _NOTHING,
) -> str:
    """Let a fault in until it is lifted or this process ends; returns its id, which is its kind unless given.

    Raises InvalidFault for one that breaks a rule, CannotApply where there is nothing to act on.
    """
    fault, selector = parse_fault(kind, parameters, on)
    name = fault_id or kind
    stack = ExitStack()
    evidence = stack.enter_context(fault.applied(ground_of(configuration, secrets, seed), name, selector))
    lift_fault(name)
    _HELD[name] = _Held(stack, evidence)
    return name


def lift_fault(fault_id: str) -> dict[str, Any]:
    """Heal it, and tell what it touched: ``hits``, where its seam counts. One that is not in force is left alone.

    Raises CannotHeal.
    """
    held = _HELD.pop(fault_id, None)
    if held is None:
        return {}
    held.stack.close()
    return {name: value for name, value in asdict(held.evidence).items() if value is not None}


def lift_all_faults() -> dict[str, dict[str, Any]]:
    """For rollbacks: heals all that this experiment has let in; what each touched, by id. Raises CannotHeal."""
    return {fault_id: lift_fault(fault_id) for fault_id in list(_HELD)}
