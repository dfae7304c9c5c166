"""Ledger files: every order in its final state and every trade, kept for good, so that nothing that an engine forgets
is lost. Written with each snapshot, for the records that it sums up.
"""

from collections.abc import Iterator, Sequence

import msgspec

from mock_exchange.durable.folder import Folder, LedgerFile
from mock_exchange.durable.foundation import Foundation
from mock_exchange.durable.frames import frame, read_frames
from mock_exchange.durable.records import Header, Record, encode_header
from mock_exchange.durable.segments import check_header, damaged
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Event, Traded
from mock_exchange.engine.orders import Order

_PART_ENTRIES = 2000


class LedgerPart(msgspec.Struct, array_like=True):
    orders: list[Order]
    """Each in its final state, in the order in which they ended."""
    trades: list[Traded]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(LedgerPart)


class LedgerWriter:
    """Watches a replay, and keeps what ends in it as bytes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._finished_count = engine.finished_count
        self._part = LedgerPart([], [])
        self._payloads: list[bytes] = []

    def watch(self, record: Record, events: Sequence[Event]) -> None:  # noqa: ARG002 - the events say it all
        part = self._part
        part.trades.extend(event for event in events if isinstance(event, Traded))
        ended = self._engine.finished_count - self._finished_count
        if ended:
            part.orders.extend(self._engine.last_finished(ended))
            self._finished_count += ended
        if len(part.orders) + len(part.trades) >= _PART_ENTRIES:
            self._close_part()

    def _close_part(self) -> None:
        self._payloads.append(_ENCODER.encode(self._part))
        self._part = LedgerPart([], [])

    def parts(self) -> Iterator[LedgerPart]:
        """What ended so far."""
        for payload in (*self._payloads, _ENCODER.encode(self._part)):
            yield _DECODER.decode(payload)

    def write(self, folder: Folder, foundation: Foundation, base: int, through: int) -> None:
        """Raises OSError."""
        self._close_part()
        folder.write_safely(folder.ledger_path(base, through), self._frames(foundation, through))

    def _frames(self, foundation: Foundation, through: int) -> Iterator[bytes]:
        yield frame(0, encode_header(Header("ledger", through, foundation)))
        for number, payload in enumerate(self._payloads, start=1):
            yield frame(number, payload)


def read_ledger(folder: Folder, foundation: Foundation) -> Iterator[LedgerPart]:
    """Everything that ended before the newest snapshot, oldest first. Raises DataError."""
    for file in folder.ledgers():
        yield from _parts(file, foundation)


def _parts(file: LedgerFile, foundation: Foundation) -> Iterator[LedgerPart]:
    frames, damage = read_frames(file.path.read_bytes())
    if damage is not None or not frames:
        raise damaged(file.path, damage.offset if damage else 0, damage.fault if damage else "the file has no header")
    check_header(file.path, frames[0], "ledger", file.through, foundation)
    for each in frames[1:]:
        try:
            yield _DECODER.decode(each.payload)
        except msgspec.DecodeError as error:
            raise damaged(file.path, each.offset, f"a part of the ledger is not orders and trades ({error})") from error
