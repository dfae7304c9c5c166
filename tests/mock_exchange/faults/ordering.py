"""Faults ordered on the admin port of a real exchange, with the client that runs use."""

from collections.abc import Iterator
from contextlib import contextmanager

from chaos.fault_client import FaultClient
from chaos.ground import Ground
from chaos.kinds import Evidence
from chaos.parse import parse_fault
from tests.mock_exchange.served import TOKEN, Served


def control_of(exchange: Served, lease_ms: int = 2_000) -> FaultClient:
    return FaultClient(exchange.addresses["admin"], lease_ms, named="exchange's admin port", token=TOKEN)


@contextmanager
def fault(
    exchange: Served, kind: str, *, seed: int = 0, on: dict[str, object] | None = None, **parameters: object
) -> Iterator[Evidence]:
    """In force within the context, under the id of its kind; its evidence is complete afterwards."""
    parsed, selector = parse_fault(kind, parameters, on or {})
    with parsed.applied(Ground(venue=control_of(exchange), seed=seed), kind, selector) as evidence:
        yield evidence
