"""POST, PUT and DELETE userDataStream: listenKeys, where the configuration brings them back."""

from typing import Final

import msgspec

from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, ListenKeyOffice, Work
from mock_exchange.gateway.errors import VenueError
from mock_exchange.gateway.order_replies import ENCODER

KNOWN: Final = frozenset(("listenKey",))


class ListenKeyReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    listen_key: str


def prepare_obtain(desk: Desk, call: Call) -> Work:
    keys = _keys(desk)
    return lambda: ENCODER.encode(ListenKeyReply(keys.obtain(call.account)))


def prepare_keep_alive(desk: Desk, call: Call) -> Work:
    keys, name = _keys(desk), call.text("listenKey")

    def work() -> bytes:
        keys.keep_alive(call.account, name)
        return b"{}"

    return work


def prepare_revoke(desk: Desk, call: Call) -> Work:
    keys, name = _keys(desk), call.text("listenKey")

    def work() -> bytes:
        keys.revoke(call.account, name)
        return b"{}"

    return work


def _keys(desk: Desk) -> ListenKeyOffice:
    if desk.listen_keys is None:
        text = "This service is no longer available: the venue has switched listenKeys off; user_data.listen_keys"
        raise VenueError(-1016, f"{text} in the exchange's configuration brings them back.", 410)
    return desk.listen_keys
