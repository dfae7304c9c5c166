"""One connection to the WebSocket API: each message is a request, each request gets one reply, and events come between.

The calls of REST pass the same preparation, the same queue and the same wait for durability as those of REST do.
"""

import logging
from typing import Final

from mock_exchange.clock import Clock
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.errors import INTERNAL, VenueError, illegal
from mock_exchange.gateway.gateway import Gateway
from mock_exchange.gateway.routes import Route
from mock_exchange.gateway.timing import NEVER_NS
from mock_exchange.limits.limiter import Charge, Cost, Limiter
from mock_exchange.websocket.endpoint import Peer
from mock_exchange.ws_api.methods import METHODS, unknown_method
from mock_exchange.ws_api.own_methods import OWN_METHODS, OwnMethod, Standing
from mock_exchange.ws_api.replies import ApiTurn, error_body
from mock_exchange.ws_api.requests import BadRequest, Request, parse

_LOGGER = logging.getLogger(__name__)
_METHODS: Final = dict(METHODS)
"""Asked per request, which a read-only view would make twice as slow."""
_OF_EVERY_REQUEST: Final = frozenset(("apiKey", "returnRateLimits"))
"""Parameters that no REST call knows."""
_FLAGS: Final = {"true": True, "false": False}
_NS_PER_MS: Final = 1_000_000

_UNKNOWN: Final = Cost(1)
"""What a message weighs that cannot be read."""
_OWN: Final = Cost(2)


class ApiSession:
    def __init__(self, gateway: Gateway, limiter: Limiter, standing: Standing, peer: Peer, clock: Clock) -> None:
        self._gateway = gateway
        self._limiter = limiter
        self._standing = standing
        self._peer = peer
        self._clock = clock

    # The connection's side

    def received(self, message: bytes) -> None:
        accepted_ns = self._clock.monotonic_ns()
        standing = self._standing
        turn = ApiTurn(self._peer, self._limiter, standing.shows_limits, in_microseconds=standing.in_microseconds)
        route = None
        try:
            request = self._read(message, turn)
            if standing.outstanding.is_closing:
                raise VenueError(-1016, "This service is no longer available.", 503)
            route = _METHODS.get(request.method)
            turn.charge = self._charge(route, request)
            turn.shows_limits = self._shows_limits(request)
            if route is not None:
                self._perform(route, request, turn, accepted_ns)
            else:
                turn.answer(200, self._own_result(request))
        except VenueError as error:
            self._gateway.count_refusal(route, error.status)
            turn.answer(error.status, error_body(error))
        except Exception:
            # A fault of ours in one request: the client is told, the log says why, the connection goes on.
            _LOGGER.exception("a request could not be answered: %.200r", message)
            turn.answer(500, INTERNAL)
        if turn.reply is None:
            standing.outstanding.taken()
            turn.outstanding = standing.outstanding
        turn.flush()

    def shutting_down(self) -> None:
        self._peer.send(b'{"event":{"e":"serverShutdown","E":%d}}' % (self._clock.wall_ns() // _NS_PER_MS))

    def closed(self) -> None:
        self._standing.subscriptions.forget()

    # Requests

    def _read(self, message: bytes, turn: ApiTurn) -> Request:
        try:
            request = parse(message)
        except BadRequest as error:
            turn.request_id = error.id
            turn.charge = self._limiter.request(self._peer.address, _UNKNOWN)
            raise
        turn.request_id = request.id
        return request

    def _charge(self, route: Route | None, request: Request) -> Charge:
        cost = route.cost(request.parameters) if route is not None else _OWN
        if not cost.orders:
            return self._limiter.request(self._peer.address, cost)
        account = self._standing.authenticator.claimed(request.parameters, self._standing.logon)
        return self._limiter.request(self._peer.address, cost if account else cost._replace(orders=0), account)

    def _perform(self, route: Route, request: Request, turn: ApiTurn, accepted_ns: int) -> None:
        """What REST does as well, with the WebSocket API's own way of saying who asks."""
        if self._gateway.sheds(route):
            turn.answer(503, self._gateway.shed_body)
            return
        parsed_ns, wall_ns = self._clock.monotonic_ns(), self._clock.wall_ns()
        account, expires_ns = 0, NEVER_NS
        if route.signed:
            standing = self._standing
            account, time_left = standing.authenticator.caller(request.parameters, standing.logon, wall_ns)
            expires_ns = parsed_ns + time_left
        elif route.keyed:
            account = self._standing.authenticator.holder(request.parameters)
        call = Call(account, request.without(_OF_EVERY_REQUEST), wall_ns // _NS_PER_MS)
        self._gateway.perform(route, call, turn, accepted_ns, parsed_ns, expires_ns=expires_ns)

    def _own_result(self, request: Request) -> bytes:
        method = OWN_METHODS.get(request.method)
        if method is None:
            raise unknown_method(request.method)
        _refuse_unknown(method, request)
        return method.answer(self._standing, Call(0, request.parameters, self._gateway.server_time.now_ms()))

    def _shows_limits(self, request: Request) -> bool:
        text = request.parameters.get("returnRateLimits")
        if text is None:
            return self._standing.shows_limits
        if text not in _FLAGS:
            raise illegal("returnRateLimits", "^(true|false)$")
        return _FLAGS[text]


def _refuse_unknown(method: OwnMethod, request: Request) -> None:
    sent = request.parameters.keys() - {"returnRateLimits"}
    if not method.known >= sent:
        expected = len(method.known & sent)
        raise VenueError(-1101, f"Too many parameters; expected '{expected}' and received '{len(sent)}'.")
