"""The REST service with its limits in force: counts every request, tells each caller what it has used, refuses.

It stands before the gateway, which knows nothing of it; where limits are off, callers go past it.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Protocol

import msgspec

from mock_exchange import stages
from mock_exchange.gateway.errors import VenueError
from mock_exchange.gateway.keys import Keyring
from mock_exchange.gateway.parameters import parse_parameters
from mock_exchange.gateway.routes import ROUTES, Route
from mock_exchange.http.request import Request
from mock_exchange.http.turn import JSON
from mock_exchange.limits.limiter import Charge, Cost, Limiter
from mock_exchange.limits.refusals import RateLimited

_ROUTES: Final = dict(ROUTES)
_NO_PARAMETERS: Final[Mapping[str, str]] = MappingProxyType({})
_UNKNOWN: Final = Cost(1)
"""What a call weighs that there is not, or that cannot be read."""


class _Gateway(Protocol):
    """The service behind the limits."""

    def refusal(self, request: Request) -> tuple[int, bytes] | None: ...

    def answer(self, request: Request, turn: stages.Turn) -> None: ...

    def count_refusal(self, route: Route | None, status: int) -> None: ...

    def error_body(self, status: int, text: str) -> bytes: ...


class _Turn(Protocol):
    """A place in a connection's order of replies."""

    def answer(self, status: int, body: bytes, content_type: bytes = JSON, headers: bytes = b"") -> None: ...

    def flush(self) -> None: ...

    def mark(self, fault_id: str) -> bool: ...

    def abandon(self) -> None: ...


class Headers:
    """What replies tell of usage, made ready so that one only adds the numbers."""

    __slots__ = ("_limiter", "_orders", "_weight")

    def __init__(self, limiter: Limiter) -> None:
        weights = [each.letter for each in limiter.rate_limits() if each.rate_limit_type == "REQUEST_WEIGHT"]
        orders = [each.letter for each in limiter.rate_limits() if each.rate_limit_type == "ORDERS"]
        self._limiter = limiter
        names = (f"\r\nX-MBX-USED-WEIGHT: %d\r\nX-MBX-USED-WEIGHT-{letter}: %d" for letter in weights)
        self._weight = "".join(names).encode()
        self._orders = "".join(f"\r\nX-MBX-ORDER-COUNT-{letter}: %d" for letter in orders).encode()

    def weight(self, address: str) -> bytes:
        """The venue's two: one names the interval, the other does not. None where no weight is limited."""
        if not self._weight:
            return b""
        used = self._limiter.used_weight(address)
        return self._weight % (used, used)

    def orders(self, account: int) -> bytes:
        return self._orders % self._limiter.order_counts(account)


class MeteredTurn(msgspec.Struct):
    """A turn whose reply settles what its request was charged, and tells what is used."""

    turn: _Turn
    limiter: Limiter
    headers: Headers
    charge: Charge

    def answer(self, status: int, body: bytes, content_type: bytes = JSON) -> None:
        charge = self.charge
        self.limiter.settle(charge, status, body)
        headers = self.headers.weight(charge.address)
        if charge.cost.orders and status == 200:
            headers += self.headers.orders(charge.account)
        self.turn.answer(status, body, content_type, headers)

    def flush(self) -> None:
        self.turn.flush()

    def mark(self, fault_id: str) -> bool:
        return self.turn.mark(fault_id)

    def abandon(self) -> None:
        self.turn.abandon()


class Metered:
    """The gateway as a service that counts its callers first."""

    answer: Callable[[Request, _Turn], None]
    refusal: Callable[[Request], tuple[int, bytes] | None]

    def __init__(self, gateway: _Gateway, limiter: Limiter, keyring: Keyring, *, is_on: bool) -> None:
        self._gateway = gateway
        self._limiter = limiter
        self._keyring = keyring
        self.error_body = gateway.error_body
        self.meter(is_on=is_on)

    def meter(self, *, is_on: bool) -> None:
        """Count from now on, or let everyone pass uncounted, at no cost."""
        self.is_on = is_on
        self._headers = Headers(self._limiter)
        self.answer = self._answer if is_on else self._gateway.answer
        self.refusal = self._refusal if is_on else self._gateway.refusal

    def _refusal(self, request: Request) -> tuple[int, bytes] | None:  # noqa: ARG002 - who is refused counts as well
        return None

    def _answer(self, request: Request, turn: _Turn) -> None:
        address = self._limiter.caller(request.address, request.header(b"X-Forwarded-For").decode("latin-1"))
        route = _ROUTES.get(request.line)
        try:
            charge = self._charge(request, route, address)
        except RateLimited as error:
            self._gateway.count_refusal(route, error.status)
            headers = b"%b\r\nRetry-After: %d" % (self._headers.weight(address), error.retry_after_s)
            turn.answer(error.status, error.body(), JSON, headers)
            if error.fault_id:
                turn.mark(error.fault_id)
            return
        metered = MeteredTurn(turn, self._limiter, self._headers, charge)
        refusal = self._gateway.refusal(request)
        if refusal is not None:
            metered.answer(*refusal)
        else:
            self._gateway.answer(request, metered)

    def _charge(self, request: Request, route: Route | None, address: str) -> Charge:
        cost = _cost(request, route)
        account = self._account(request) if cost.orders else 0
        return self._limiter.request(address, cost if account else cost._replace(orders=0), account)

    def _account(self, request: Request) -> int:
        """Whose orders these would be; 0 where the key is nobody's, whom the gateway refuses."""
        try:
            return self._keyring.find(request.header(b"X-MBX-APIKEY")).account
        except VenueError:
            return 0


def _cost(request: Request, route: Route | None) -> Cost:
    if route is None:
        return _UNKNOWN
    if isinstance(route.weight, int):
        return route.cost(_NO_PARAMETERS)
    try:
        return route.cost(parse_parameters(request.query, request.body))
    except VenueError:
        return _UNKNOWN
