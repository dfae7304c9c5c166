"""From a fault as a scenario or the proxy's API writes it to a fault, or to the rule that it breaks."""

from collections.abc import Mapping

from chaos.errors import InvalidFault
from chaos.kinds import KINDS, Fault, Seam, parameters_of
from chaos.selector import Selector
from slo.history import Operation

_SELECTORS = ("op", "symbol", "client_order_id")


def parse_fault(kind: str, parameters: Mapping[str, object], on: Mapping[str, object]) -> tuple[Fault, Selector]:
    """The fault and which requests it is meant for. Raises InvalidFault with the field, its value and the rule."""
    if kind not in KINDS:
        raise InvalidFault("kind", kind, f"is no kind of fault; there are {', '.join(sorted(KINDS))}")
    _check_names(KINDS[kind], parameters)
    fault = KINDS[kind](**parameters)
    return fault, _parse_selector(fault, on)


def _check_names(kind: type[Fault], parameters: Mapping[str, object]) -> None:
    declared = parameters_of(kind)
    names = [each.name for each in declared]
    for name, value in parameters.items():
        if name not in names:
            known = ", ".join(names) or "none"
            raise InvalidFault(f"with.{name}", value, f"is no parameter of {kind.kind}; it has {known}")
    for each in declared:
        if each.required and each.name not in parameters:
            raise InvalidFault(f"with.{each.name}", None, f"must be given for {kind.kind}: {each.about}")


def _parse_selector(fault: Fault, on: Mapping[str, object]) -> Selector:
    for name, value in on.items():
        if name not in _SELECTORS:
            rule = f"is nothing that requests are selected by; there are {', '.join(_SELECTORS)}"
            raise InvalidFault(f"on.{name}", value, rule)
        if fault.seam is Seam.PROCESS:
            raise InvalidFault(
                f"on.{name}", value, f"cannot be given: {fault.kind} acts on the process, not on requests"
            )
        if not isinstance(value, str) or not value:
            raise InvalidFault(f"on.{name}", value, "must be a text that is not empty")
    symbol, client_order_id = (on.get(name) for name in ("symbol", "client_order_id"))
    return Selector(
        op=_parse_operation(on["op"]) if "op" in on else None,
        symbol=None if symbol is None else str(symbol),
        client_order_id=None if client_order_id is None else str(client_order_id),
    )


def _parse_operation(value: object) -> Operation:
    known = {each.value: each for each in Operation if each is not Operation.FEED_EVENT}
    if not isinstance(value, str) or value not in known:
        raise InvalidFault("on.op", value, f"is no operation that can be selected; there are {', '.join(known)}")
    return known[value]
