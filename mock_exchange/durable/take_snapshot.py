"""``python -m mock_exchange.durable.take_snapshot FOLDER SEQUENCE PARENT``: what an exchange starts for its snapshots.

Reads the folder as a recovery does, up to and with record SEQUENCE, and writes the ledger of what ended and then the
snapshot. Writes nothing that counts before it is whole, so it may be killed at any time; it leaves when PARENT has.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from mock_exchange.durable.folder import Folder
from mock_exchange.durable.ledger_files import LedgerWriter
from mock_exchange.durable.records import Record
from mock_exchange.durable.recovery import Watch, recover
from mock_exchange.durable.segments import founded
from mock_exchange.durable.snapshots import set_aside, write_snapshot
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Event
from mock_exchange.errors import ExchangeError

_NICENESS = 10
_EXIT_FAILED = 70


def take_snapshot(folder: Folder, sequence: int, is_wanted: Watch) -> None:
    """Sets aside what the recovery could not read, with a line on stderr for each.

    ``is_wanted`` is called with every record, and may raise. Raises DataError, OSError."""
    foundation = founded(folder)
    ledgers: list[LedgerWriter] = []

    def watched_by(engine: Engine) -> Watch:
        ledger = LedgerWriter(engine)
        ledgers.append(ledger)

        def watch(record: Record, events: Sequence[Event]) -> None:
            ledger.watch(record, events)
            is_wanted(record, events)

        return watch

    recovery = recover(folder, foundation, through=sequence, watched_by=watched_by)
    if recovery.replayed:
        ledgers[0].write(folder, foundation, recovery.snapshot_sequence, recovery.sequence)
        written = write_snapshot(folder, foundation, recovery.sequence, recovery.replay.snapshot())
        for path in set_aside(folder, set(recovery.unreadable) - {written.name}):
            sys.stderr.write(f"{path}: was damaged, and is set aside now that a newer snapshot is safe\n")


def _leave_with(parent: int) -> Watch:
    def watch(record: Record, events: Sequence[Event]) -> None:  # noqa: ARG001 - it is the time to look that counts
        if os.getppid() != parent:
            raise SystemExit(_EXIT_FAILED)

    return watch


def main(arguments: Sequence[str]) -> int:
    folder, sequence, parent = arguments
    os.nice(_NICENESS)
    try:
        take_snapshot(Folder(Path(folder)), int(sequence), _leave_with(int(parent)))
    except (ExchangeError, OSError) as error:
        sys.stderr.write(f"snapshot: {error}\n")
        return _EXIT_FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
