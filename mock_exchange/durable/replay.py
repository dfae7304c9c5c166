"""An exchange's memory, made again from its records: the engine, whose account is whose, how often it was started."""

import logging
from collections.abc import Sequence

from mock_exchange.durable.records import AccountOpened, Record, Started
from mock_exchange.durable.snapshots import Snapshot
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Event

_LOGGER = logging.getLogger(__name__)


class Replay:
    def __init__(self, engine: Engine) -> None:
        """Begins with a new engine."""
        self.engine = engine
        self.accounts: dict[str, int] = {}
        """Numbers by API key, of every key that there ever was."""
        self.starts = 0

    def restore(self, snapshot: Snapshot) -> None:
        self.engine.restore(snapshot.engine)
        self.accounts = dict(snapshot.accounts)
        self.starts = snapshot.starts

    def snapshot(self) -> Snapshot:
        """To be written before the next record."""
        return Snapshot(self.starts, self.accounts, self.engine.export())

    def apply(self, record: Record) -> Sequence[Event]:
        if isinstance(record, Started):
            self.starts = record.number
        elif isinstance(record, AccountOpened):
            self.accounts[record.key] = record.account
        else:
            try:
                return self.engine.apply(record)
            except Exception:
                # It failed in the same way when it was served, and the exchange went on then, too.
                _LOGGER.exception("a command of the journal fails: %s", record)
        return ()
