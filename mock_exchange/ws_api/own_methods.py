"""The methods that concern the connection itself and have no REST call: logon and user data subscriptions.

The venue logs on Ed25519 keys only; here any kind may, because clients with other keys try it too.
Source: Binance Spot API documentation, WebSocket API, authentication and user data stream requests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import msgspec

from mock_exchange.gateway.call import Call
from mock_exchange.gateway.errors import VenueError
from mock_exchange.gateway.order_replies import ENCODER
from mock_exchange.ws_api.authentication import SIGNED, Authenticator, Logon
from mock_exchange.ws_api.outstanding import Outstanding
from mock_exchange.ws_api.subscriptions import Subscriptions


class SessionReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    api_key: str | None
    authorized_since: int | None
    connected_since: int
    return_rate_limits: bool
    server_time: int
    user_data_stream: bool


class SubscriptionReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    subscription_id: int


@dataclass(slots=True)
class Standing:
    """What a connection has become: who it has logged on as, and what it listens to."""

    authenticator: Authenticator
    subscriptions: Subscriptions
    outstanding: Outstanding
    """Shared by all connections."""
    wall_ns: Callable[[], int]
    connected_ms: int
    shows_limits: bool
    """Whether replies tell of rate limits, unless a request says otherwise."""
    in_microseconds: bool
    """Whether times are told in microseconds, as the connection's URL asks for."""
    logon: Logon | None = None


def _logon(standing: Standing, call: Call) -> bytes:
    wall_ns = standing.wall_ns()
    account, _ = standing.authenticator.signer(call.parameters, wall_ns)
    standing.logon = Logon(call.text("apiKey"), account, wall_ns // 1_000_000)
    return _status(standing, call)


def _status(standing: Standing, call: Call) -> bytes:
    logon = standing.logon
    reply = SessionReply(
        api_key=logon.api_key if logon else None,
        authorized_since=logon.since_ms if logon else None,
        connected_since=standing.connected_ms,
        return_rate_limits=standing.shows_limits,
        server_time=call.time_ms,
        user_data_stream=bool(standing.subscriptions.ids),
    )
    return ENCODER.encode(reply)


def _logout(standing: Standing, call: Call) -> bytes:
    standing.logon = None
    standing.subscriptions.stop_of_logon()
    return _status(standing, call)


def _subscribe(standing: Standing, call: Call) -> bytes:
    del call
    if standing.logon is None:
        raise VenueError(-1002, "You are not authorized to execute this request.", 401)
    return _subscribed(standing.subscriptions.start(standing.logon.account, by_logon=True))


def _subscribe_signature(standing: Standing, call: Call) -> bytes:
    account, _ = standing.authenticator.signer(call.parameters, standing.wall_ns())
    return _subscribed(standing.subscriptions.start(account, by_logon=False))


def _subscribed(number: int) -> bytes:
    return ENCODER.encode(SubscriptionReply(number))


def _unsubscribe(standing: Standing, call: Call) -> bytes:
    if "subscriptionId" in call.parameters:
        standing.subscriptions.stop(call.integer("subscriptionId"))
    else:
        standing.subscriptions.stop_all()
    return b"{}"


def _subscriptions(standing: Standing, call: Call) -> bytes:
    del call
    return ENCODER.encode([SubscriptionReply(number) for number in standing.subscriptions.ids])


@dataclass(frozen=True, slots=True)
class OwnMethod:
    answer: Callable[[Standing, Call], bytes]
    """Returns the result. Raises VenueError."""
    known: frozenset[str] = frozenset()


OWN_METHODS: Mapping[str, OwnMethod] = MappingProxyType(
    {
        "session.logon": OwnMethod(_logon, SIGNED),
        "session.status": OwnMethod(_status, SIGNED),
        "session.logout": OwnMethod(_logout, SIGNED),
        "session.subscriptions": OwnMethod(_subscriptions),
        "userDataStream.subscribe": OwnMethod(_subscribe, SIGNED),
        "userDataStream.subscribe.signature": OwnMethod(_subscribe_signature, SIGNED),
        "userDataStream.unsubscribe": OwnMethod(_unsubscribe, frozenset(("subscriptionId",))),
    }
)
