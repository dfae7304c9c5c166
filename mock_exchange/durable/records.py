"""What the journal holds besides commands, and what every file says first."""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from mock_exchange.durable.foundation import Foundation
from mock_exchange.engine.commands import Command


class Started(msgspec.Struct, frozen=True, gc=False, tag_field="command", tag="started", array_like=True):
    """The exchange opened the folder for the ``number``-th time: what makes identifiers of each start its own."""

    number: int
    """From 1."""
    time_ms: int


class AccountOpened(msgspec.Struct, frozen=True, gc=False, tag_field="command", tag="account", array_like=True):
    """An API key got the account with this number, for good."""

    key: str
    account: int


Record = Command | Started | AccountOpened


class Header(msgspec.Struct, frozen=True):
    """The first frame of every file."""

    kind: Literal["journal", "snapshot", "ledger"]
    sequence: int
    """A journal segment begins after this record, a snapshot or a ledger ends with it."""
    foundation: Foundation


_ENCODER: Final = msgspec.msgpack.Encoder()
_RECORDS: Final = msgspec.msgpack.Decoder(list[Record])
_HEADER: Final = msgspec.msgpack.Decoder(Header)


def encode_records(records: Iterable[Record]) -> bytes:
    return _ENCODER.encode(list(records))


def decode_records(payload: bytes) -> list[Record]:
    """Raises msgspec.DecodeError."""
    return _RECORDS.decode(payload)


def encode_header(header: Header) -> bytes:
    return _ENCODER.encode(header)


def decode_header(payload: bytes) -> Header:
    """Raises msgspec.DecodeError."""
    return _HEADER.decode(payload)
