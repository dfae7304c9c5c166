"""Replies as messages, and the turn that a request has with its connection.

There is no order among replies: each goes as soon as it may, and the id says what it answers.
"""

from http import HTTPStatus
from typing import Final

import msgspec

from mock_exchange.gateway.errors import VenueError
from mock_exchange.gateway.time_unit import in_microseconds
from mock_exchange.limits.limiter import Charge, Limiter
from mock_exchange.limits.refusals import RateLimited
from mock_exchange.websocket.endpoint import Peer
from mock_exchange.ws_api.outstanding import Outstanding
from mock_exchange.ws_api.requests import NO_ID

_OK: Final = HTTPStatus.OK.value
_ENCODER: Final = msgspec.json.Encoder()


class _Retry(msgspec.Struct, rename="camel", frozen=True, gc=False):
    server_time: int
    retry_after: int
    """When, not after how long, as the header of REST says."""


class _LimitedBody(msgspec.Struct, frozen=True):
    code: int
    msg: str
    data: _Retry


def error_body(error: VenueError) -> bytes:
    """What REST says, and in a body what REST says of limits in headers."""
    if isinstance(error, RateLimited):
        return _ENCODER.encode(_LimitedBody(error.code, error.text, _Retry(error.server_ms, error.retry_at_ms)))
    return error.body()


class ApiTurn(msgspec.Struct):
    """A struct rather than a class, because one is made per request and structs are made in C."""

    peer: Peer
    limiter: Limiter
    shows_limits: bool
    in_microseconds: bool
    """The times of results."""
    request_id: bytes = NO_ID
    charge: Charge | None = None
    """What the request was charged; None where it was refused before."""
    reply: bytes | None = None
    outstanding: Outstanding | None = None
    """Where to count the reply that came later; None for one that is known at once."""

    def answer(self, status: int, body: bytes) -> None:
        """``body`` is what REST would say: the result, or code and text of an error."""
        if self.charge is not None:
            self.limiter.settle(self.charge, status, body)
        name = b"result" if status == _OK else b"error"
        if self.in_microseconds and status == _OK:
            body = in_microseconds(body)
        limits = b',"rateLimits":%b' % self._rate_limits() if self.shows_limits else b""
        self.reply = b'{"id":%b,"status":%d,"%b":%b%b}' % (self.request_id, status, name, body, limits)

    def flush(self) -> None:
        """Send the reply if it is known and not sent yet."""
        if self.reply is not None:
            self.peer.send(self.reply)
            self.reply = None
            if self.outstanding is not None:
                self.outstanding.answered()

    def mark(self, fault_id: str) -> bool:  # noqa: ARG002 - a message has no place for it
        return False

    def abandon(self) -> None:
        """Replies have no order here, so this one is simply missing."""
        if self.outstanding is not None:
            self.outstanding.answered()

    def _rate_limits(self) -> bytes:
        """Those that the venue tells of here: weight, and orders where the request counts as one."""
        account = self.charge.account if self.charge is not None else 0
        usage = self.limiter.usage(self.peer.address, account)
        return _ENCODER.encode([limit for limit in usage if limit.rate_limit_type != "RAW_REQUESTS"])
