"""Kill: the venue dies without a word, and is started again when the fault ends."""

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
class Kill:
    """Ends the venue's process or container with SIGKILL; healing starts it again, with what it had made durable."""

    kind: ClassVar[str] = "kill"
    seam: ClassVar[Seam] = Seam.PROCESS
    incidents: ClassVar[tuple[str, ...]] = ("E14",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({})

    @contextmanager
    def applied(self, ground: Ground, fault_id: str, on: Selector) -> Iterator[Evidence]:  # noqa: ARG002
        process, evidence = ground.need_process(), Evidence()
        process.take_down(fault_id, gracefully=False)
        try:
            yield evidence
        finally:
            with recovery(ground, evidence):
                process.bring_up(fault_id)
