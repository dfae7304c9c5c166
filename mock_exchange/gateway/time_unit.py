"""Replies with times in microseconds, for those who ask by ``X-MBX-TIME-UNIT: MICROSECOND``, in whatever case.

Times are found by their names in the written reply, in one place, whatever the reply is about: an identifier or a
client's label may have as many digits as a time. Candles have no names, and are found by their shape. The exchange
counts in milliseconds; the three digits that come to them are zeros, except in a candle's end, which is its last
microsecond as it was its last millisecond.
"""

import re
from typing import Final

import msgspec

from mock_exchange.http.request import Request
from mock_exchange.stages import Turn

_MICROSECOND: Final = b"MICROSECOND"
_NAME: Final = b"X-MBX-TIME-UNIT"
_LOWER_NAME: Final = b"x-mbx-time-unit"
_TITLE_NAME: Final = b"X-Mbx-Time-Unit"
"""As clients spell the header: looked up in every request, so not searched for in other spellings."""

_NAMES: Final = rb"[a-z]*[tT]ime|authorizedSince|connectedSince|[ETOWD]"
"""Words in replies; letters in aggregate trades and user events, where no other number has one of these."""
_NAMED: Final = re.compile(rb'("(?:' + _NAMES + rb')":[1-9][0-9]*)')
_POSITION_TIME: Final = re.compile(rb'("u":[1-9][0-9]*)(?=,"B":)')
"""Of the account's position; in an execution report the same letter is a group of traders."""
_CANDLE: Final = re.compile(rb'(\[[1-9][0-9]*(?=,"))((?:,"[0-9.]+"){5},[1-9][0-9]*(?=,"))')


class MicrosecondTurn(msgspec.Struct):
    """A turn whose reply has its times in microseconds."""

    turn: Turn

    def answer(self, status: int, body: bytes) -> None:
        self.turn.answer(status, in_microseconds(body))

    def flush(self) -> None:
        self.turn.flush()

    def mark(self, fault_id: str) -> bool:
        return self.turn.mark(fault_id)

    def abandon(self) -> None:
        self.turn.abandon()


def wants_microseconds(request: Request) -> bool:
    headers = request.headers
    unit = headers.get(_NAME) or headers.get(_LOWER_NAME) or headers.get(_TITLE_NAME)
    return unit is not None and unit.upper() == _MICROSECOND


def in_microseconds(body: bytes) -> bytes:
    """JSON with times in milliseconds, as this exchange writes it, without blanks."""
    named = _POSITION_TIME.sub(rb"\g<1>000", _NAMED.sub(rb"\g<1>000", body))
    return _CANDLE.sub(rb"\g<1>000\g<2>999", named)
