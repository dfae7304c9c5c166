"""GET orderList, openOrderList and allOrderList: what became of an account's order lists."""

from functools import partial
from operator import attrgetter
from typing import Final

from mock_exchange.gateway import span
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import VenueError, bad_combination, one_of
from mock_exchange.gateway.order_list_replies import list_reply
from mock_exchange.gateway.order_replies import ENCODER, NO_ORDER_LIST

KNOWN: Final = frozenset(("orderListId", "origClientOrderId"))
KNOWN_ALL: Final = span.KNOWN | {"fromId"}


def prepare(desk: Desk, call: Call) -> Work:
    list_id, client_list_id = call.integer("orderListId", NO_ORDER_LIST), call.client_id("origClientOrderId")
    if list_id == NO_ORDER_LIST and not client_list_id:
        raise one_of("orderListId", "origClientOrderId")
    return partial(_list, desk, call.account, list_id, client_list_id)


def _list(desk: Desk, account: int, list_id: int, client_list_id: str) -> bytes:
    order_list = desk.engine.order_list(account, list_id, client_list_id)
    if order_list is None:
        raise VenueError(-2013, "Order list does not exist.")
    return ENCODER.encode(list_reply(desk, order_list))


def prepare_open(desk: Desk, call: Call) -> Work:
    return partial(_open_lists, desk, call.account)


def _open_lists(desk: Desk, account: int) -> bytes:
    return ENCODER.encode([list_reply(desk, each) for each in desk.engine.open_lists(account)])


def prepare_all(desk: Desk, call: Call) -> Work:
    if "fromId" in call.parameters and not span.KNOWN.isdisjoint(call.parameters.keys() - {"limit"}):
        raise bad_combination()
    return partial(_all_lists, desk, call.account, span.span(call, "fromId"))


def _all_lists(desk: Desk, account: int, wanted: span.Span) -> bytes:
    lists = wanted.of(desk.engine.all_lists(account), attrgetter("list_id"), attrgetter("created_ms"))
    return ENCODER.encode([list_reply(desk, each) for each in lists])
