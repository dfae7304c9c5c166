"""One spell of weather: a fault from being applied to being healed, in a thread of its own.

Of its own, so that a fault that takes long to apply or to heal holds up no other, and so that being in force is
literally a ``with`` block: there is no way out of it that does not heal.
"""

import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, cast

from pydantic import JsonValue

from chaos.clock import Clock
from chaos.ground import Ground
from chaos.kinds import Evidence
from chaos.timeline import PlannedFault
from slo.history import Event, EventKind


class Spell:
    """Tells ``fault.applied`` once the fault is in force, then ``fault.healed``, or ``fault.failed`` and why."""

    def __init__(self, planned: PlannedFault, ground: Ground, clock: Clock, record: Callable[[Event], None]) -> None:
        self.planned = planned
        self._ground = ground
        self._clock = clock
        self._record = record
        self._over = threading.Event()
        self._abandoned = False
        self._thread = threading.Thread(target=self._last, name=f"fault {planned.id}", daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Ask for healing; returns at once, does nothing the second time."""
        self._over.set()

    def ended_within(self, seconds: float) -> bool:
        self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    def abandon(self) -> None:
        """Wait no longer for healing. The thread still tries, but tells nothing to a record that may be closed."""
        self._tell(EventKind.FAULT_FAILED, {"during": "heal", "error": "not healed in time, and may still be in force"})
        self._abandoned = True

    def _last(self) -> None:
        during = "apply"
        try:
            with self.planned.fault.applied(self._ground, self.planned.id, self.planned.on) as evidence:
                self._tell(EventKind.FAULT_APPLIED, _as_written(self.planned))
                self._over.wait()
                during = "heal"
        except Exception as error:  # whatever a kind, or the disk under the events, throws: the fault ends and is told
            self._tell(EventKind.FAULT_FAILED, {"during": during, "error": str(error) or type(error).__name__})
        else:
            self._tell(EventKind.FAULT_HEALED, _as_found(evidence))

    def _tell(self, kind: EventKind, detail: dict[str, JsonValue]) -> None:
        if not self._abandoned:
            self._record(Event(at_ns=self._clock.now_ns(), kind=kind, subject=self.planned.id, detail=detail))


def _as_written(planned: PlannedFault) -> dict[str, JsonValue]:
    fault = planned.fault
    on: dict[str, JsonValue] = dict(planned.on.as_written())
    return {"kind": fault.kind, "seam": fault.seam.value, "parameters": asdict(cast("Any", fault)), "on": on}


def _as_found(evidence: Evidence) -> dict[str, JsonValue]:
    return {name: value for name, value in asdict(evidence).items() if value is not None}
