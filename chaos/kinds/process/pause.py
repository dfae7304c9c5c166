"""Pause: the venue stands still, its sockets open, and goes on where it stopped."""

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
class Pause:
    """Stops the venue's process (SIGSTOP) or container (freezer). All requests feel it, so it takes no selector."""

    kind: ClassVar[str] = "pause"
    seam: ClassVar[Seam] = Seam.PROCESS
    incidents: ClassVar[tuple[str, ...]] = ("E7", "E13")
    example: ClassVar[Mapping[str, object]] = MappingProxyType({})

    @contextmanager
    def applied(self, ground: Ground, fault_id: str, on: Selector) -> Iterator[Evidence]:  # noqa: ARG002
        process, evidence = ground.need_process(), Evidence()
        try:
            process.pause(fault_id)
            yield evidence
        finally:
            with recovery(ground, evidence):
                process.resume(fault_id)
