"""Partition: the venue runs, and nothing reaches it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.ground import Ground
from chaos.kinds.fault import Evidence, Seam
from chaos.kinds.process.recovery import recovery
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class Partition:
    """Takes the venue's container off the network to its clients: connections hang, and none can be made anew."""

    kind: ClassVar[str] = "partition"
    seam: ClassVar[Seam] = Seam.PROCESS
    incidents: ClassVar[tuple[str, ...]] = ("E7",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({})

    @contextmanager
    def applied(self, ground: Ground, fault_id: str, on: Selector) -> Iterator[Evidence]:  # noqa: ARG002
        process, evidence = ground.need_process(), Evidence()
        try:
            process.cut_off(fault_id)
            yield evidence
        finally:
            with recovery(ground, evidence):
                process.reconnect(fault_id)
