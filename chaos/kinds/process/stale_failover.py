"""Stale failover: the venue dies, and its standby takes over with a state of some time ago."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.errors import CannotApply, CannotHeal
from chaos.ground import Ground
from chaos.kinds.fault import Evidence, Seam
from chaos.kinds.parameters import check_parameters, parameter
from chaos.kinds.process.recovery import recovery
from chaos.selector import Selector

_MS_MAX = 3_600_000.0


@dataclass(frozen=True, slots=True)
class StaleFailover:
    """Kills the venue `lost_ms` after it began, or when it ends if that is earlier, and starts it from what was on disk
    as it began: what was acknowledged in between is gone for good.
    """

    kind: ClassVar[str] = "stale_failover"
    seam: ClassVar[Seam] = Seam.PROCESS
    incidents: ClassVar[tuple[str, ...]] = ("E12",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"lost_ms": 500})

    lost_ms: float = parameter("how old the state is that it goes on from", at_least=1, at_most=_MS_MAX)

    def __post_init__(self) -> None:
        check_parameters(self)

    @contextmanager
    def applied(self, ground: Ground, fault_id: str, on: Selector) -> Iterator[Evidence]:  # noqa: ARG002
        evidence = Evidence()
        takeover = _Takeover(ground, fault_id, evidence)
        timer = threading.Timer(self.lost_ms / 1_000, takeover.in_time)
        timer.start()
        try:
            yield evidence
        finally:
            timer.cancel()
            takeover.once()


class _Takeover:
    """Happens once, in whichever thread comes first; the other waits for it."""

    def __init__(self, ground: Ground, fault_id: str, evidence: Evidence) -> None:
        """The moment that the standby knows of is this one."""
        self._ground = ground
        self._process = ground.need_process()
        self._state = ground.need_durable_state()
        self._fault_id = fault_id
        self._evidence = evidence
        self._lock = threading.Lock()
        self._is_done = False
        self._state.keep_copy(fault_id)

    def in_time(self) -> None:
        """What goes wrong here goes wrong again in healing, where somebody is told."""
        try:
            self.once()
        except CannotHeal:
            return

    def once(self) -> None:
        """Raises CannotHeal."""
        with self._lock:
            if self._is_done:
                return
            try:
                self._process.take_down(self._fault_id, gracefully=False)
            except CannotApply as error:  # it had died by itself
                self._state.forget_copy(self._fault_id)
                raise CannotHeal(str(error)) from error
            with recovery(self._ground, self._evidence):
                try:
                    self._state.go_back(self._fault_id)
                finally:
                    self._process.bring_up(self._fault_id)
            self._is_done = True
