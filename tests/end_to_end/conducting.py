"""``python -m tests.end_to_end.conducting``: a conductor that lets one fault of each seam in and waits to be killed.

Arguments: the proxy's control API, the exchange's admin port, its token, its process id, and a seed. Says ``begun``
and what it is to let in once its timeline runs.
"""

import random
import sys
import threading
import time

from chaos.clock import RunClock
from chaos.conductor import Conductor
from chaos.fault_client import FaultClient
from chaos.ground import Ground
from chaos.ground.embedded import EmbeddedProcess
from chaos.guardian import Guardian
from chaos.kinds import KINDS, Seam
from chaos.parse import parse_fault
from chaos.timeline import PlannedFault
from slo.history import Event

LEASE_MS = 500
BEGIN_WITHIN_NS = 300_000_000
FOR_NS = 3_600_000_000_000
OF_A_STRANGER = ("pause", "cpu_limit")
"""What can be done to a process that somebody else has started."""


def kinds_of(seam: Seam) -> list[str]:
    of_seam = [name for name, kind in KINDS.items() if kind.seam is seam]
    return sorted(name for name in of_seam if seam is not Seam.PROCESS or name in OF_A_STRANGER)


def planned(seam: Seam, chance: random.Random) -> PlannedFault:
    kind = chance.choice(kinds_of(seam))
    fault, on = parse_fault(kind, dict(KINDS[kind].example), {})
    return PlannedFault(f"{kind}-{chance.getrandbits(32)}", chance.randrange(BEGIN_WITHIN_NS), FOR_NS, fault, on)


def main(api: str, admin: str, token: str, pid: str, seed: str) -> None:
    chance = random.Random(seed)  # noqa: S311 - reproducible on purpose
    with Guardian() as guardian:
        ground = Ground(
            EmbeddedProcess(int(pid), keeper=guardian),
            FaultClient(api, LEASE_MS),
            FaultClient(admin, LEASE_MS, named="exchange's admin port", token=token),
        )
        faults = [planned(seam, chance) for seam in Seam]
        with Conductor(faults, ground, RunClock(time.monotonic_ns()), _forget) as conductor:
            conductor.start()
            sys.stdout.write(" ".join(["begun", *(fault.id for fault in faults)]) + "\n")
            sys.stdout.flush()
            threading.Event().wait()


def _forget(_: Event) -> None:
    """Nobody judges this."""


if __name__ == "__main__":
    main(*sys.argv[1:])
