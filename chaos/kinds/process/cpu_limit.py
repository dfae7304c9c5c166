"""CPU limit: the venue gets less of the processor than it needs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.ground import Ground
from chaos.kinds.fault import Evidence, Seam
from chaos.kinds.parameters import check_parameters, parameter
from chaos.kinds.process.recovery import recovery
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class CpuLimit:
    """Leaves the venue ``cpu_percent`` of one core: a container by its quota, a process by stopping it in turns."""

    kind: ClassVar[str] = "cpu_limit"
    seam: ClassVar[Seam] = Seam.PROCESS
    incidents: ClassVar[tuple[str, ...]] = ("E7", "E13")
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"cpu_percent": 10})

    cpu_percent: float = parameter("what is left of one core", at_least=1, at_most=100)

    def __post_init__(self) -> None:
        check_parameters(self)

    @contextmanager
    def applied(self, ground: Ground, fault_id: str, on: Selector) -> Iterator[Evidence]:  # noqa: ARG002
        process, evidence = ground.need_process(), Evidence()
        try:
            process.limit_cpu(fault_id, self.cpu_percent)
            yield evidence
        finally:
            with recovery(ground, evidence):
                process.lift_cpu_limit(fault_id)
