"""What the journal holds besides commands, and what every file says first."""

import struct
from collections.abc import Iterable, Sequence
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


_ARRAY_32: Final = struct.Struct(">BI")
_ENCODER: Final = msgspec.msgpack.Encoder()
_RECORDS: Final = msgspec.msgpack.Decoder(list[Record])
_HEADER: Final = msgspec.msgpack.Decoder(Header)


encode_record: Final = _ENCODER.encode
"""One record, to be joined with others. Raises OverflowError for an integer that needs more than 64 bits."""


def join_records(encoded: Sequence[bytes]) -> bytes:
    """What ``decode_records`` reads: a MessagePack array (https://github.com/msgpack/msgpack/blob/master/spec.md)."""
    return _ARRAY_32.pack(0xDD, len(encoded)) + b"".join(encoded)


def encode_records(records: Iterable[Record]) -> bytes:
    return join_records([encode_record(record) for record in records])


def decode_records(payload: bytes) -> list[Record]:
    """Raises msgspec.DecodeError."""
    return _RECORDS.decode(payload)


def encode_header(header: Header) -> bytes:
    return _ENCODER.encode(header)


def decode_header(payload: bytes) -> Header:
    """Raises msgspec.DecodeError."""
    return _HEADER.decode(payload)
