"""What clients of the control API send, checked and turned into what the proxy works with."""

import re
from typing import Annotated

import msgspec

from chaos.errors import InvalidFault
from chaos.kinds import MessageFault, WireFault
from chaos.parse import parse_fault
from chaos.proxy.address import Address, InvalidAddressError
from chaos.proxy.faults import ActiveFault
from chaos.proxy.listener import Listener, ListenerOrder

_NS_PER_MS = 1_000_000
_ID = re.compile(r"[!-+\--~]{1,128}")
"""It goes into a header, where a comma divides ids."""


class FaultBody(msgspec.Struct, forbid_unknown_fields=True):
    """POST /faults."""

    id: str
    kind: str
    parameters: dict[str, object] = {}
    on: dict[str, object] = {}
    seed: int = 0
    lease_ms: Annotated[int, msgspec.Meta(ge=100, le=3_600_000)] = 5_000
    """Without a heartbeat for this long, the proxy lifts the fault by itself."""


class ProxyBody(msgspec.Struct):
    """POST /proxies, and /proxies/{name}, in Toxiproxy's shape; its clients may send more than we read."""

    name: str = ""
    listen: str = ""
    upstream: str = ""
    enabled: bool = True


class ProxyChange(msgspec.Struct):
    """POST or PATCH /proxies/{name}: what is not given stays."""

    listen: str = ""
    upstream: str = ""
    enabled: bool | None = None


class MissingFieldError(ValueError):
    """Toxiproxy's word for it is kept: its clients look for it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"missing required field: {name}")


def fault_ordered(body: bytes, now_ns: int) -> ActiveFault:
    """Raises InvalidFault, or msgspec.DecodeError for what is not even of the right shape."""
    order = msgspec.json.decode(body, type=FaultBody)
    if not _ID.fullmatch(order.id):
        raise InvalidFault("id", order.id, "must be 1 to 128 visible ASCII characters without a comma")
    fault, on = parse_fault(order.kind, order.parameters, order.on)
    if not isinstance(fault, WireFault | MessageFault):
        raise InvalidFault("kind", order.kind, f"acts on the {fault.seam.value}, which the proxy has no hold of")
    lease_ns = order.lease_ms * _NS_PER_MS
    return ActiveFault(order.id, fault, on, order.seed, lease_ns, now_ns + lease_ns)


def listener_ordered(body: bytes) -> ListenerOrder:
    """Raises MissingFieldError, InvalidAddressError or msgspec.DecodeError."""
    return listener_order(msgspec.json.decode(body, type=ProxyBody))


def listeners_configured(text: bytes) -> list[ListenerOrder]:
    """POST /populate, or a configuration file: Toxiproxy's, a list of proxies. Raises as ``listener_ordered`` does."""
    bodies = msgspec.json.decode(text, type=list[ProxyBody])
    orders = [listener_order(each, f" at proxy {number}") for number, each in enumerate(bodies, start=1)]
    names = [each.name for each in orders]
    for name in names:
        if names.count(name) > 1:
            raise InvalidAddressError(f"duplicate proxy name {name!r}")
    return orders


def listener_order(proxy: ProxyBody, where: str = "") -> ListenerOrder:
    for name in ("name", "upstream"):
        if not getattr(proxy, name):
            raise MissingFieldError(name + where)
    listen = Address.parse(proxy.listen or "127.0.0.1:0")
    return ListenerOrder(proxy.name, listen, Address.parse(proxy.upstream), proxy.enabled)


def listener_changed(body: bytes, listener: Listener) -> ListenerOrder:
    change = msgspec.json.decode(body, type=ProxyChange)
    return ListenerOrder(
        listener.name,
        Address.parse(change.listen) if change.listen else listener.listen,
        Address.parse(change.upstream) if change.upstream else listener.upstream,
        listener.enabled if change.enabled is None else change.enabled,
    )
