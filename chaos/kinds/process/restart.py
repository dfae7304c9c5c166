"""Restart: the venue is stopped in good order and started again, as for a release."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.ground import Ground, ProcessControl
from chaos.kinds.fault import Evidence, Seam
from chaos.kinds.parameters import check_parameters, parameter
from chaos.kinds.process.recovery import recovery
from chaos.selector import Selector

_MS_MAX = 3_600_000.0


@dataclass(frozen=True, slots=True)
class Restart:
    """Asks the venue to end (SIGTERM), and starts it again ``down_ms`` after it has ended."""

    kind: ClassVar[str] = "restart"
    seam: ClassVar[Seam] = Seam.PROCESS
    incidents: ClassVar[tuple[str, ...]] = ("E19",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"down_ms": 200})

    down_ms: float = parameter("how long it stays down", default=0.0, at_least=0, at_most=_MS_MAX)

    def __post_init__(self) -> None:
        check_parameters(self)

    @contextmanager
    def applied(self, ground: Ground, fault_id: str, on: Selector) -> Iterator[Evidence]:  # noqa: ARG002
        process, evidence = ground.need_process(), Evidence()
        process.take_down(fault_id, gracefully=True)
        up = _BringingUp(process, ground, fault_id, evidence)
        timer = threading.Timer(self.down_ms / 1_000, up.once)
        timer.start()
        try:
            yield evidence
        finally:
            timer.cancel()
            up.once()


class _BringingUp:
    """Brings a process up once, from whichever thread comes first; the other waits for it."""

    def __init__(self, process: ProcessControl, ground: Ground, fault_id: str, evidence: Evidence) -> None:
        self._process = process
        self._ground = ground
        self._fault_id = fault_id
        self._evidence = evidence
        self._lock = threading.Lock()
        self._is_done = False

    def once(self) -> None:
        with self._lock:
            if self._is_done:
                return
            with recovery(self._ground, self._evidence):
                self._process.bring_up(self._fault_id)
            self._is_done = True
