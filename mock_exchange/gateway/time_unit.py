"""Replies with times in microseconds, for those who ask by ``X-MBX-TIME-UNIT: MICROSECOND``.

Times are the only bare numbers of thirteen digits in a reply: identifiers and counts do not get there, and every price
and quantity is a text. So they are found in the written reply, in one place, whatever the reply is about. The exchange
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
"""As clients spell the header: looked up in every request, so not searched for in other spellings."""

_CANDLE_END: Final = re.compile(rb'(?<=",)(\d{13})(?=,")')
_TIME: Final = re.compile(rb"(?<=[\[:,])(\d{13})(?=[,}\]])")


class MicrosecondTurn(msgspec.Struct):
    """A turn whose reply has its times in microseconds."""

    turn: Turn

    def answer(self, status: int, body: bytes) -> None:
        self.turn.answer(status, in_microseconds(body))

    def flush(self) -> None:
        self.turn.flush()


def wants_microseconds(request: Request) -> bool:
    headers = request.headers
    return (headers.get(_NAME) or headers.get(_LOWER_NAME)) == _MICROSECOND


def in_microseconds(body: bytes) -> bytes:
    """JSON with times in milliseconds, as this exchange writes it, without blanks."""
    return _TIME.sub(rb"\g<1>000", _CANDLE_END.sub(rb"\g<1>999", body))
