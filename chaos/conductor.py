"""The conductor: keeps the timeline's time, and leaves no fault behind however a run ends.

It decides nothing: the timeline says when, the fault says how. Here are the threads.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Self

from chaos.clock import Clock
from chaos.ground import Ground
from chaos.spell import Spell
from chaos.timeline import Action, Do, PlannedFault, actions
from slo.history import Event

_LOOK_EVERY_S = 0.05
"""How long the conductor sleeps at most before it looks at the clock again, which need not be the host's."""

_HEAL_BEFORE_NEXT_S = 0.25
"""How long a fault that begins as another ends waits for the old one to be healed."""


class Conductor:
    """Applies planned faults at their time and heals them. Leaving its context heals, as does ``stop``.

    ``record`` is called from several threads. A fault that cannot be applied or healed becomes a ``fault.failed``
    event. Raises InvalidFault when two planned faults share an id.
    """

    def __init__(
        self,
        planned: Sequence[PlannedFault],
        ground: Ground,
        clock: Clock,
        record: Callable[[Event], None],
        *,
        heal_within_s: float = 15.0,
    ) -> None:
        self._actions = actions(planned)
        self._spells = {each.id: Spell(each, ground, clock, record) for each in planned}
        self._begun: list[Spell] = []
        self._clock = clock
        self._heal_within_s = heal_within_s
        self._stopping = threading.Event()
        self._once = threading.Lock()
        self._thread = threading.Thread(target=self._keep_time, name="conductor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Heal everything in force, all at once, and apply no more. Returns in bounded time; can be repeated."""
        self._stopping.set()
        with self._once:
            if self._thread.is_alive():
                self._thread.join()  # it takes at most _HEAL_BEFORE_NEXT_S to see that it is to stop
            self._end_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _keep_time(self) -> None:
        for action in self._actions:
            if not self._reached(action.at_ns):
                return
            self._take(action)

    def _reached(self, at_ns: int) -> bool:
        """False when the conductor was stopped before."""
        while not self._stopping.is_set():
            left_s = (at_ns - self._clock.now_ns()) / 1e9
            if left_s <= 0:
                return True
            self._stopping.wait(min(left_s, _LOOK_EVERY_S))
        return False

    def _take(self, action: Action) -> None:
        spell = self._spells[action.planned.id]
        if action.do is Do.APPLY:
            self._begun.append(spell)
            spell.begin()
        else:
            spell.end()
            spell.ended_within(_HEAL_BEFORE_NEXT_S)

    def _end_all(self) -> None:
        begun, self._begun = self._begun, []
        for spell in begun:
            spell.end()
        deadline = time.monotonic() + self._heal_within_s
        for spell in begun:
            if not spell.ended_within(deadline - time.monotonic()):
                spell.abandon()
