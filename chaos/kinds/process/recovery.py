"""How long a target takes to answer again once its fault is being healed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from chaos.ground import Ground
from chaos.kinds.fault import Evidence

_PATIENCE_S = 10.0
"""After which nothing is said: the run's samples tell it, and healing has to end."""
_LOOK_EVERY_S = 0.005


@contextmanager
def recovery(ground: Ground, evidence: Evidence) -> Iterator[None]:
    """Heal inside; ``evidence.recovered_ms`` is then the time from entering to the first answer of the target."""
    began = time.monotonic()
    yield
    if ground.answers is None:
        return
    while time.monotonic() - began < _PATIENCE_S:
        if ground.answers():
            evidence.recovered_ms = round((time.monotonic() - began) * 1_000, 1)
            return
        time.sleep(_LOOK_EVERY_S)
