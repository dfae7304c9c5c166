"""Toxiproxy's toxics: each is one of our kinds of fault under Toxiproxy's names, confined to one proxy.

Sources: Toxiproxy's README ("Toxics", "Toxic fields") and its toxic_collection.go, for names, defaults and errors.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated
from urllib.parse import quote

import msgspec

from chaos.errors import InvalidFault
from chaos.kinds import WireFault
from chaos.kinds.stream import NEVER_NS, Direction
from chaos.parse import parse_fault
from chaos.proxy.answers import RefusedError, may_apply_another
from chaos.proxy.faults import ActiveFault, FaultsInForce
from chaos.selector import ALL

_NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class ToxicType:
    """Our kind, and its parameters by the names that Toxiproxy gives them; what is not given is 0, as there."""

    kind: str
    parameters: Mapping[str, str]


TYPES: Mapping[str, ToxicType] = MappingProxyType(
    {
        "latency": ToxicType("chunk_latency", {"latency": "latency_ms", "jitter": "jitter_ms"}),
        "bandwidth": ToxicType("bandwidth", {"rate": "rate_kb_per_s"}),
        "slow_close": ToxicType("slow_close", {"delay": "delay_ms"}),
        "timeout": ToxicType("timeout", {"timeout": "timeout_ms"}),
        "reset_peer": ToxicType("reset", {"timeout": "after_ms"}),
        "slicer": ToxicType(
            "slicer", {"average_size": "average_bytes", "size_variation": "variation_bytes", "delay": "delay_us"}
        ),
        "limit_data": ToxicType("limit_data", {"bytes": "bytes"}),
        "packet_loss": ToxicType("chunk_loss", {"loss_rate": "loss_probability", "correlation": "correlation"}),
    }
)

_Lease = Annotated[int, msgspec.Meta(ge=100, le=3_600_000)]


class ToxicBody(msgspec.Struct):
    """POST /proxies/{proxy}/toxics. ``seed`` and ``lease_ms`` are ours: without a lease, a toxic stays."""

    type: str = ""
    name: str = ""
    stream: str = "downstream"
    toxicity: float = 1.0
    attributes: dict[str, object] = {}
    seed: int | None = None
    lease_ms: _Lease | None = None


class ToxicChange(msgspec.Struct):
    """POST or PATCH of a toxic: what is not given stays. Any change, an empty one too, renews its lease."""

    toxicity: float | None = None
    attributes: dict[str, object] = {}


@dataclass(slots=True)
class Toxic:
    """A toxic as it was asked for, and the fault that it is."""

    name: str
    type: str
    stream: str
    toxicity: float
    attributes: dict[str, object]
    fault: ActiveFault

    def document(self) -> dict[str, object]:
        """Toxiproxy's shape; ``lease_ms`` only where it has one."""
        lease = {"lease_ms": self.fault.lease_ns // _NS_PER_MS} if self.fault.lease_ns else {}
        return {
            "attributes": self.attributes,
            "name": self.name,
            "type": self.type,
            "stream": self.stream,
            "toxicity": self.toxicity,
            **lease,
        }


class Toxics:
    """The toxics of all proxies. Those whose fault has been lifted, by a lease or a reset, are gone."""

    def __init__(self, faults: FaultsInForce, seed: int) -> None:
        self._faults = faults
        self._seed = seed
        self._known: dict[str, dict[str, Toxic]] = {}

    def of(self, proxy: str) -> list[Toxic]:
        """Upstream before downstream, each in the order in which they were added."""
        toxics = self._in_force(proxy).values()
        return [each for stream in Direction for each in toxics if each.stream == stream]

    def get(self, proxy: str, name: str) -> Toxic:
        """Raises RefusedError."""
        try:
            return self._in_force(proxy)[name]
        except KeyError:
            raise RefusedError(HTTPStatus.NOT_FOUND, "toxic not found", name=name) from None

    def add(self, proxy: str, body: ToxicBody, now_ns: int) -> Toxic:
        """Raises RefusedError in Toxiproxy's words."""
        if body.stream not in tuple(Direction):
            raise RefusedError(HTTPStatus.BAD_REQUEST, "stream was invalid, can be either upstream or downstream")
        if body.type not in TYPES:
            raise RefusedError(HTTPStatus.BAD_REQUEST, "invalid toxic type", known=", ".join(TYPES))
        name = body.name or f"{body.type}_{body.stream}"
        fault_id = f"{quote(proxy, safe='')}/{quote(name, safe='')}"
        if fault_id in self._faults.active:
            raise RefusedError(HTTPStatus.CONFLICT, "toxic already exists", name=name)
        may_apply_another(self._faults)
        attributes = _attributes(body.type, dict.fromkeys(TYPES[body.type].parameters, 0), body.attributes)
        fault = _fault(body.type, body.stream, body.toxicity, attributes)
        seed = self._seed if body.seed is None else body.seed
        lease_ns = 0 if body.lease_ms is None else body.lease_ms * _NS_PER_MS
        ends_ns = now_ns + lease_ns if lease_ns else NEVER_NS
        active = ActiveFault(fault_id, fault, ALL, seed, lease_ns, ends_ns, proxy=proxy)
        toxic = Toxic(name, body.type, body.stream, body.toxicity, attributes, active)
        self._known.setdefault(proxy, {})[name] = toxic
        self._faults.apply(active)
        return toxic

    def change(self, proxy: str, name: str, change: ToxicChange, now_ns: int) -> Toxic:
        """Raises RefusedError."""
        toxic = self.get(proxy, name)
        attributes = _attributes(toxic.type, toxic.attributes, change.attributes)
        toxicity = toxic.toxicity if change.toxicity is None else change.toxicity
        fault = _fault(toxic.type, toxic.stream, toxicity, attributes)
        toxic.attributes, toxic.toxicity = attributes, toxicity
        if fault != toxic.fault.fault:
            self._faults.change(toxic.fault, fault)
        self._faults.renew(toxic.fault.id, now_ns)
        return toxic

    def remove(self, proxy: str, name: str) -> None:
        """Raises RefusedError. What it held is on its way when this returns."""
        self._faults.lift(self.get(proxy, name).fault.id, "owner")

    def remove_all(self, proxy: str) -> None:
        for toxic in self._in_force(proxy).values():
            self._faults.lift(toxic.fault.id, "owner")
        self._known.pop(proxy, None)

    def _in_force(self, proxy: str) -> dict[str, Toxic]:
        toxics = self._known.get(proxy, {})
        for name in [name for name, each in toxics.items() if each.fault.lifted_by is not None]:
            del toxics[name]
        return dict(toxics)


def _attributes(toxic_type: str, now: Mapping[str, object], given: Mapping[str, object]) -> dict[str, object]:
    """Unknown ones are left out, as Toxiproxy does: its clients may send more than one version knows."""
    return {name: given.get(name, now[name]) for name in TYPES[toxic_type].parameters}


def _fault(toxic_type: str, stream: str, toxicity: float, attributes: Mapping[str, object]) -> WireFault:
    """Raises RefusedError for values that the kind does not take, by the names that the toxic gives them."""
    names = TYPES[toxic_type].parameters
    parameters = {names[name]: value for name, value in attributes.items()}
    try:
        fault, _ = parse_fault(TYPES[toxic_type].kind, {**parameters, "direction": stream, "probability": toxicity}, {})
    except InvalidFault as error:
        field = dict(_fields(names)).get(error.field, error.field)
        text = f"bad request body: {field}: {error.value!r} {error.rule}"
        raise RefusedError(HTTPStatus.BAD_REQUEST, text, field=field, rule=error.rule) from error
    assert isinstance(fault, WireFault)  # noqa: S101 - the table has no others
    return fault


def _fields(names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "with.probability", "toxicity"
    for attribute, parameter in names.items():
        yield f"with.{parameter}", f"attributes.{attribute}"
