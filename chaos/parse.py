"""From a fault as a scenario or the proxy's API writes it to a fault, or to the rule that it breaks."""

from collections.abc import Mapping

from chaos.errors import InvalidFault
from chaos.kinds import KINDS, Fault, MessageFault, Seam, parameters_of
from chaos.selector import OF_MESSAGES, OF_REQUESTS, Selector
from slo.history import Operation


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
        _check_selection(fault, name, value)
    texts = {name: str(value) for name, value in on.items() if name != "op"}
    return Selector(op=_parse_operation(on["op"]) if "op" in on else None, **texts)


def _check_selection(fault: Fault, name: str, value: object) -> None:
    path, what, known = f"on.{name}", "requests", OF_REQUESTS
    if isinstance(fault, MessageFault):
        what, known = "messages on a WebSocket", OF_MESSAGES
    if name not in OF_REQUESTS + OF_MESSAGES:
        raise InvalidFault(path, value, f"is nothing that {what} are selected by; there are {', '.join(known)}")
    if fault.seam is Seam.PROCESS:
        raise InvalidFault(path, value, f"cannot be given: {fault.kind} acts on the process, not on requests")
    if name not in known:
        rule = f"cannot be given: {fault.kind} acts on {what}, which are selected by {', '.join(known)}"
        raise InvalidFault(path, value, rule)
    if not isinstance(value, str) or not value:
        raise InvalidFault(path, value, "must be a text that is not empty")


def _parse_operation(value: object) -> Operation:
    known = {each.value: each for each in Operation if each is not Operation.FEED_EVENT}
    if not isinstance(value, str) or value not in known:
        raise InvalidFault("on.op", value, f"is no operation that can be selected; there are {', '.join(known)}")
    return known[value]
